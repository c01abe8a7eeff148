// The runs of all workflows, and the approvals that wait.
import { WaitingApprovals } from "../../components/approvals/WaitingApprovals";
import { PageHead } from "../../components/PageHead";
import { RunList } from "../../components/runs/RunList";
import { t } from "../../i18n";

export function RunsPage() {
  return (
    <>
      <PageHead title={t("nav.runs")} />
      <WaitingApprovals />
      <RunList label={t("nav.runs")} />
    </>
  );
}
