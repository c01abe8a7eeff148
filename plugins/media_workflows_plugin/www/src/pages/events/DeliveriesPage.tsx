// Deliveries of all workflows.
import { Deliveries } from "../../components/Deliveries";
import { PageHead } from "../../components/PageHead";
import { t } from "../../i18n";

export function DeliveriesPage() {
  return (
    <>
      <PageHead title={t("deliveries.title")} />
      <Deliveries />
    </>
  );
}
