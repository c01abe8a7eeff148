// A filter of a list by workflow. `first` are options before the workflows, `all` is what no choice means.
import { useQuery } from "@tanstack/react-query";

import { listWorkflows } from "../api/workflows";
import { t } from "../i18n";
import { Choice } from "./Choice";

const OFFERED = 200;
const FRESH_MS = 60_000;

interface Props {
  value: string;
  all?: string;
  first?: [string, string][];
  pick: (id: string) => void;
}

export function WorkflowChoice({ value, all = t("runs.all_workflows"), first = [], pick }: Props) {
  const query = { search: "", order: "desc" as const, offset: 0, limit: OFFERED };
  const page = useQuery({ queryKey: ["workflows", "names", query], queryFn: () => listWorkflows(query), staleTime: FRESH_MS });
  const known: [string, string][] = [...first, ...(page.data?.items ?? []).map((item) => [item.id, item.definition.name] as [string, string])];
  const options = value && !known.some(([id]) => id === value) ? [[value, value] as [string, string], ...known] : known;
  const rest = Math.max(0, (page.data?.total ?? 0) - OFFERED);
  return <Choice label={t("runs.workflow")} value={value} options={options} all={all} note={rest > 0 ? t("runs.more_workflows", { count: rest }) : ""} pick={pick} />;
}
