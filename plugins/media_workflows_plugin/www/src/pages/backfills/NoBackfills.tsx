// The introduction to backfills, shown while there are none.
import { LuHistory } from "react-icons/lu";

import { Empty } from "../../components/Empty";
import { t } from "../../i18n";

export function NoBackfills() {
  return <Empty icon={<LuHistory aria-hidden />} title={t("backfills.empty_title")} text={t("backfills.empty_text")} steps={[t("backfills.empty_step_1"), t("backfills.empty_step_2"), t("backfills.empty_step_3")]} />;
}
