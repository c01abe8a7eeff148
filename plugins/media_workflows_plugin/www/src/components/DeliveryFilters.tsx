// The filters of the delivery log.
import { Flex } from "@chakra-ui/react";

import type { useListParams } from "../hooks/useListParams";
import { PROCESS_DAG } from "../definition/ours";
import { t } from "../i18n";
import { Choice } from "./Choice";
import { PeriodChoice } from "./PeriodChoice";
import { SearchField } from "./SearchField";
import { stateLabel } from "./StateBadge";
import { WorkflowChoice } from "./WorkflowChoice";

const STATES = ["pending", "delivered", "dead"];
const STATUSES = ["400", "401", "403", "404", "408", "413", "429", "500", "502", "503", "504"];

export function DeliveryFilters({ params: { value, type, pick }, withWorkflow }: { params: ReturnType<typeof useListParams>; withWorkflow: boolean }) {
  const answers: [string, string][] = [["0", t("deliveries.no_answer")], ...STATUSES.map((status) => [status, status] as [string, string])];
  return (
    <Flex gap={2} mb={3} wrap="wrap" role="search">
      <SearchField label={t("runs.search")} value={value("search")} change={(search) => type({ search })} />
      <Choice label={t("deliveries.state")} value={value("state")} options={STATES.map((state) => [state, stateLabel(state)])} all={t("deliveries.all_states")} pick={(state) => pick({ state })} />
      {withWorkflow && <WorkflowChoice first={[[PROCESS_DAG, t("process.title")]]} value={value("workflow")} pick={(workflow) => pick({ workflow })} />}
      <PeriodChoice value={value("period")} pick={(period) => pick({ period })} />
      <Choice label={t("deliveries.last")} value={value("answer")} options={answers} all={t("deliveries.all_answers")} pick={(answer) => pick({ answer })} />
    </Flex>
  );
}
