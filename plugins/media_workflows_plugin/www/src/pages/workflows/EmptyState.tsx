// The introduction to workflows, shown while there are none.
import { LuWorkflow } from "react-icons/lu";

import { Empty } from "../../components/Empty";
import { LinkButton } from "../../components/LinkButton";
import { StarterButton } from "../../components/StarterButton";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";
import { paths } from "../../paths";

export function EmptyState() {
  const { can_edit } = useMe();
  return (
    <Empty icon={<LuWorkflow aria-hidden />} title={t("list.empty_title")} text={t("list.empty_text")} steps={[t("list.empty_step_1"), t("list.empty_step_2"), t("list.empty_step_3")]}>
      <StarterButton colorPalette="brand" variant="solid" />
      <LinkButton to={paths.newWorkflow} forbidden={!can_edit} variant="outline" size="sm">
        {t("list.new")}
      </LinkButton>
    </Empty>
  );
}
