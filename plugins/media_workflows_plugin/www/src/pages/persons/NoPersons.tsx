// The introduction to the library of persons, shown while it is empty.
import { LuUsers } from "react-icons/lu";

import { Empty } from "../../components/Empty";
import { t } from "../../i18n";

export function NoPersons() {
  return <Empty icon={<LuUsers aria-hidden />} title={t("persons.empty_title")} text={t("persons.empty_text")} steps={[t("persons.empty_step_1"), t("persons.empty_step_2"), t("persons.empty_step_3")]} />;
}
