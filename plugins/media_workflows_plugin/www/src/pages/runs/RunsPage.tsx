// The runs of all workflows.
import { PageHead } from "../../components/PageHead";
import { RunList } from "../../components/runs/RunList";
import { t } from "../../i18n";

export function RunsPage() {
  return (
    <>
      <PageHead title={t("nav.runs")} />
      <RunList label={t("nav.runs")} />
    </>
  );
}
