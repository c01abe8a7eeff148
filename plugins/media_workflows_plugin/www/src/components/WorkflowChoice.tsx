// A filter of a list by workflow.
import { useQuery } from "@tanstack/react-query";

import { listWorkflows } from "../api/workflows";
import { t } from "../i18n";
import { Choice } from "./Choice";

const OFFERED = 200;
const FRESH_MS = 60_000;

export function WorkflowChoice({ value, pick }: { value: string; pick: (id: string) => void }) {
  const query = { search: "", order: "desc" as const, offset: 0, limit: OFFERED };
  const page = useQuery({ queryKey: ["workflows", "names", query], queryFn: () => listWorkflows(query), staleTime: FRESH_MS });
  const known: [string, string][] = (page.data?.items ?? []).map((item) => [item.id, item.definition.name]);
  const options = value && !known.some(([id]) => id === value) ? [[value, value] as [string, string], ...known] : known;
  return <Choice label={t("runs.workflow")} value={value} options={options} all={t("runs.all_workflows")} pick={pick} />;
}
