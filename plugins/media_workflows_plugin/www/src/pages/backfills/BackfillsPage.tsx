// The backfills of all workflows.
import { PageHead } from "../../components/PageHead";
import { t } from "../../i18n";
import { BackfillList } from "./BackfillList";
import { NoBackfills } from "./NoBackfills";

export function BackfillsPage() {
  return (
    <>
      <PageHead title={t("backfills.title")} hint={t("backfills.hint")} />
      <BackfillList empty={<NoBackfills />} />
    </>
  );
}
