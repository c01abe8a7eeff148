// The pages of ad-hoc processing.
import { Route, Routes } from "react-router-dom";

import { PageHead } from "../../components/PageHead";
import { t } from "../../i18n";
import { NewProcessPage } from "./NewProcessPage";
import { ProcessListPage } from "./ProcessListPage";
import { ProcessPage } from "./ProcessPage";

export function ProcessPages() {
  return (
    <Routes>
      <Route index element={<ProcessListPage />} />
      <Route path="new" element={<NewProcessPage />} />
      <Route path="requests/:id" element={<ProcessPage />} />
      <Route path="*" element={<PageHead title={t("app.unknown_page")} />} />
    </Routes>
  );
}
