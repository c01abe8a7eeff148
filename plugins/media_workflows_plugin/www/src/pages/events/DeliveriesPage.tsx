// Deliveries of all workflows, by state.
import { NativeSelect } from "@chakra-ui/react";
import { useSearchParams } from "react-router-dom";

import { Deliveries } from "../../components/Deliveries";
import { PageHead } from "../../components/PageHead";
import { t } from "../../i18n";

export function DeliveriesPage() {
  const [params, setParams] = useSearchParams();
  const state = params.get("state") ?? "";
  return (
    <>
      <PageHead title={t("deliveries.title")}>
        <NativeSelect.Root size="sm" width="auto">
          <NativeSelect.Field aria-label={t("deliveries.state")} value={state} onChange={(event) => setParams(event.target.value ? { state: event.target.value } : {})}>
            <option value="">{t("deliveries.all_states")}</option>
            <option value="pending">{t("state.pending")}</option>
            <option value="delivered">{t("state.delivered")}</option>
            <option value="dead">{t("state.dead")}</option>
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      </PageHead>
      <Deliveries key={state} state={state || undefined} />
    </>
  );
}
