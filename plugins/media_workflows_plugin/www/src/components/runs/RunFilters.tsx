// The filters of a list of runs.
import { Flex } from "@chakra-ui/react";

import { listCauses, type RunFilter } from "../../api/runs";
import type { useListParams } from "../../hooks/useListParams";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { causeLabel } from "./cause";
import { Choice } from "../Choice";
import { PeriodChoice, sinceOf } from "../PeriodChoice";
import { SearchField } from "../SearchField";
import { stateLabel } from "../StateBadge";
import { WorkflowChoice } from "../WorkflowChoice";

type Params = ReturnType<typeof useListParams>;
const STATES = ["queued", "running", "success", "failed"];

export const filterOf = ({ value }: Params, workflow?: string): RunFilter => ({
  workflow: workflow ?? value("workflow"),
  state: value("state"),
  since: sinceOf(value("period")),
  ended_since: sinceOf(value("ended")),
  cause: value("cause"),
  search: value("search"),
});

export function RunFilters({ params, workflow }: { params: Params; workflow?: string }) {
  const { value, type, pick } = params;
  const { cause: _, ...others } = filterOf(params, workflow);
  const causes = usePolled(["runs", "causes", others], () => listCauses(others)).data ?? [];
  const chosen = value("cause");
  const codes = causes.some(({ code }) => code === chosen) || !chosen ? causes : [{ code: chosen, runs: 0 }, ...causes];
  return (
    <Flex gap={2} mb={3} wrap="wrap" role="search">
      <SearchField label={t("runs.search")} value={value("search")} change={(search) => type({ search })} />
      <Choice label={t("runs.state")} value={value("state")} options={STATES.map((state) => [state, stateLabel(state)])} all={t("deliveries.all_states")} pick={(state) => pick({ state })} />
      {workflow === undefined && <WorkflowChoice value={value("workflow")} pick={(id) => pick({ workflow: id })} />}
      <PeriodChoice value={value("period")} pick={(period) => pick({ period })} />
      <PeriodChoice value={value("ended")} pick={(ended) => pick({ ended })} ofEnd />
      <Choice label={t("runs.cause")} value={chosen} options={codes.map(({ code, runs }) => [code, t("runs.cause_count", { cause: causeLabel(code), count: runs })])} all={t("runs.all_causes")} pick={(cause) => pick({ cause })} />
    </Flex>
  );
}
