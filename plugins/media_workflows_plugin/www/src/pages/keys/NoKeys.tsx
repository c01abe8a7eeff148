// What API keys are for, shown while the user has none.
import { LuKeyRound } from "react-icons/lu";

import { Empty } from "../../components/Empty";
import { t } from "../../i18n";

export function NoKeys() {
  return <Empty icon={<LuKeyRound aria-hidden />} title={t("keys.empty_title")} text={t("keys.empty_text")} steps={[t("keys.empty_step_1"), t("keys.empty_step_2"), t("keys.empty_step_3")]} />;
}
