// The runs of a workflow, newest first.
import { Text } from "@chakra-ui/react";
import { useState } from "react";

import { listRuns, type RunRow, UNFINISHED } from "../../api/runs";
import { type Column, DataTable } from "../../components/DataTable";
import { Loaded } from "../../components/Loaded";
import { Pager } from "../../components/Pager";
import { fileName } from "../../components/preview/FilePreview";
import { StateBadge } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatBytes, formatSeconds, formatTime, secondsBetween } from "../../i18n/format";
import { paths } from "../../paths";

const LIMIT = 20;

function outcomeOf(run: RunRow): string {
  if (run.error?.message) return messageText(run.error.message);
  const items = run.jobs.flatMap((job) => job.items);
  const failed = items.find((item) => item.status === "FAIL");
  if (failed) return `${failed.code}: ${messageText(failed.message)}`;
  const outputs = items.reduce((sum, item) => sum + item.outputs.length, 0);
  return outputs ? t("runs.outputs", { count: outputs }) : "";
}

export function RunsTab({ workflow }: { workflow: string }) {
  const [offset, setOffset] = useState(0);
  const page = usePolled(["runs", workflow, offset], () => listRuns(workflow, offset, LIMIT), ({ items }) => items.some((run) => UNFINISHED.has(run.state)));
  const columns: Column<RunRow>[] = [
    { key: "state", label: t("runs.state"), cell: (run) => <StateBadge state={run.state} /> },
    { key: "source", label: t("run.source"), cell: (run) => <TextLink to={paths.run(workflow, run.run_id)} title={run.run_id}>{run.source ? fileName(run.source.key) : t("run.waiting")}</TextLink> },
    { key: "size", label: t("run.size"), align: "end", cell: (run) => <Text>{formatBytes(run.source?.size_bytes)}</Text> },
    { key: "started", label: t("runs.started"), cell: (run) => <Text>{formatTime(run.started_at ?? run.queued_at)}</Text> },
    { key: "took", label: t("runs.took"), align: "end", cell: (run) => <Text>{formatSeconds(secondsBetween(run.started_at, run.ended_at))}</Text> },
    { key: "revision", label: t("runs.revision"), align: "end", cell: (run) => <Text>{run.revision}</Text> },
    { key: "outcome", label: t("runs.outcome"), cell: (run) => <Text lineClamp={2}>{outcomeOf(run)}</Text> },
  ];
  return (
    <Loaded of={page}>
      {({ items, total }) => (
        <>
          {total === 0 ? <Text color="fg.muted">{t("runs.none")}</Text> : <DataTable label={t("workflow.runs")} columns={columns} rows={items} rowKey={(run) => run.run_id} />}
          <Pager label={t("workflow.runs")} offset={offset} limit={LIMIT} total={total} go={setOffset} />
        </>
      )}
    </Loaded>
  );
}
