// The introduction to the library of words, shown while it is empty.
import { LuBookA } from "react-icons/lu";

import { Empty } from "../../components/Empty";
import { t } from "../../i18n";

export function NoWords() {
  return <Empty icon={<LuBookA aria-hidden />} title={t("words.empty_title")} text={t("words.empty_text")} steps={[t("words.empty_step_1"), t("words.empty_step_2"), t("words.empty_step_3")]} />;
}
