// The latest runs of all workflows.
import { Text } from "@chakra-ui/react";
import { useQueries } from "@tanstack/react-query";

import { recentRuns, UNFINISHED } from "../../api/runs";
import { getWorkflow } from "../../api/workflows";
import { WaitingApprovals } from "../../components/approvals/WaitingApprovals";
import { type Column, DataTable } from "../../components/DataTable";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { StateBadge } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { formatSeconds, formatTime, secondsBetween } from "../../i18n/format";
import { paths } from "../../paths";

type Row = Awaited<ReturnType<typeof recentRuns>>["items"][number];
const LIMIT = 50;
const NAMES_FRESH_MS = 60_000;

// A deleted workflow has no name any more; its id stands for it.
function useNames(ids: string[]): Map<string, string> {
  const found = useQueries({ queries: ids.map((id) => ({ queryKey: ["workflows", "one", id], queryFn: () => getWorkflow(id), staleTime: NAMES_FRESH_MS })) });
  return new Map(ids.map((id, at) => [id, found[at]?.data?.definition.name ?? id]));
}

function RunTable({ items }: { items: Row[] }) {
  const names = useNames([...new Set(items.map((run) => run.workflow_id))]);
  const columns: Column<Row>[] = [
    { key: "state", label: t("runs.state"), cell: (run) => <StateBadge state={run.state} /> },
    { key: "workflow", label: t("runs.workflow"), cell: (run) => <TextLink to={paths.workflow(run.workflow_id)}>{names.get(run.workflow_id)}</TextLink> },
    { key: "run", label: t("deliveries.run"), cell: (run) => <TextLink to={paths.run(run.workflow_id, run.run_id)}>{run.run_id}</TextLink> },
    { key: "started", label: t("runs.started"), cell: (run) => <Text>{formatTime(run.started_at ?? run.queued_at)}</Text> },
    { key: "took", label: t("runs.took"), align: "end", cell: (run) => <Text>{formatSeconds(secondsBetween(run.started_at, run.ended_at))}</Text> },
  ];
  return <DataTable label={t("nav.runs")} columns={columns} rows={items} rowKey={(run) => `${run.workflow_id} ${run.run_id}`} />;
}

export function RunsPage() {
  const page = usePolled(["runs", "recent"], () => recentRuns(LIMIT), ({ items }) => items.some((run) => UNFINISHED.has(run.state)));
  return (
    <>
      <PageHead title={t("runs.title")} />
      <WaitingApprovals />
      <Loaded of={page}>{({ items }) => (items.length > 0 ? <RunTable items={items} /> : <Text color="fg.muted">{t("runs.none")}</Text>)}</Loaded>
    </>
  );
}
