// The pages of ad-hoc processing, fetched when one of them is first opened.
import { Skeleton } from "@chakra-ui/react";
import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router-dom";

import { PageHead } from "../../components/PageHead";
import { t } from "../../i18n";

const List = lazy(async () => ({ default: (await import("./ProcessListPage")).ProcessListPage }));
const New = lazy(async () => ({ default: (await import("./NewProcessPage")).NewProcessPage }));
const One = lazy(async () => ({ default: (await import("./ProcessPage")).ProcessPage }));

export function ProcessPages() {
  return (
    <Suspense fallback={<Skeleton height="6rem" role="status" aria-busy aria-label={t("app.loading")} />}>
      <Routes>
        <Route index element={<List />} />
        <Route path="new" element={<New />} />
        <Route path="requests/:id" element={<One />} />
        <Route path="*" element={<PageHead title={t("app.unknown_page")} />} />
      </Routes>
    </Suspense>
  );
}
