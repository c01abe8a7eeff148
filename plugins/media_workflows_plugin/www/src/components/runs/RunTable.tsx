// The rows of a list of runs: the file and its picture, how far it is, why it failed.
import { Box, Flex, Image, Progress, Text } from "@chakra-ui/react";

import { type RunRow, UNFINISHED, type Waiting } from "../../api/runs";
import { t } from "../../i18n";
import { formatBytes, formatNumber, formatSeconds, formatTime, secondsBetween } from "../../i18n/format";
import { paths } from "../../paths";
import { type Column, DataTable } from "../DataTable";
import { fileName } from "../preview/FilePreview";
import { throughApi } from "../preview/useAddress";
import { selectColumn } from "../selectColumn";
import { StateBadge } from "../StateBadge";
import { TextLink } from "../TextLink";
import { WorkflowLink } from "../WorkflowLink";
import { outcomeOf } from "./cause";
import { waitingText } from "./waitingText";

export const keyOf = (run: RunRow) => `${run.workflow_id} ${run.run_id}`;
export const nameOf = (run: RunRow) => (run.source || run.requested ? fileName(run.source?.key ?? run.requested ?? "") : t(!UNFINISHED.has(run.state) ? "run.no_source" : run.request_id ? "process.waiting" : "run.waiting"));

// An unfinished run's duration grows with each reading of the list.
export function tookOf(run: RunRow, now = new Date()): number | null {
  return secondsBetween(run.started_at, run.ended_at ?? (UNFINISHED.has(run.state) ? now.toISOString() : null));
}

// What holds an unfinished run up, if anything does.
export function Delay({ stalled_s, waiting }: { stalled_s?: number | null; waiting?: Waiting | null }) {
  if (stalled_s != null)
    return (
      <Text fontSize="xs" color="orange.fg">
        {t("run.stalled", { time: formatSeconds(stalled_s) })}
      </Text>
    );
  if (!waiting) return null;
  const text = waitingText(waiting);
  return (
    <Text fontSize="xs" color={waiting.reason === "approval" ? "orange.fg" : "fg.muted"} lineClamp={3} overflowWrap="anywhere" title={text}>
      {text}
    </Text>
  );
}

export function RunState({ run }: { run: RunRow }) {
  return (
    <Box minW="7rem">
      <StateBadge state={run.state} />
      {run.percent !== null && (
        <Progress.Root value={run.percent} size="xs" mt={1}>
          <Progress.Track aria-label={t("run.progress", { name: nameOf(run) })}>
            <Progress.Range />
          </Progress.Track>
          <Text fontSize="xs" color="fg.muted">
            {`${formatNumber(run.percent)} %`}
            {run.eta_s !== null && ` · ${t("runs.eta", { time: formatSeconds(run.eta_s) })}`}
          </Text>
        </Progress.Root>
      )}
      <Delay {...run} />
    </Box>
  );
}

export function RunFile({ run }: { run: RunRow }) {
  return (
    <Flex gap={2} align="center">
      <Box flexShrink={0} width="4rem" height="2.25rem" bg="bg.muted" borderRadius="sm" overflow="hidden">
        {run.picture && <Image src={throughApi(run.picture)} alt="" width="100%" height="100%" objectFit="cover" loading="lazy" />}
      </Box>
      <Box minW={0}>
        <TextLink to={paths.run(run.workflow_id, run.run_id)} title={run.source ? `${run.source.bucket}/${run.source.key}` : run.run_id}>
          {nameOf(run)}
        </TextLink>
        <Text fontSize="xs" color="fg.muted">
          {formatBytes(run.source?.size_bytes)}
        </Text>
      </Box>
    </Flex>
  );
}

interface Props {
  items: RunRow[];
  label: string;
  withWorkflow: boolean;
  selected: Set<string>;
  select: (keys: Set<string>) => void;
}

export function RunTable({ items, label, withWorkflow, selected, select }: Props) {
  const columns: Column<RunRow>[] = [
    selectColumn({ rows: items, keyOf, nameOf, selected, select }),
    { key: "state", label: t("runs.state"), cell: (run) => <RunState run={run} /> },
    { key: "source", label: t("run.source"), cell: (run) => <RunFile run={run} /> },
    ...(withWorkflow ? [{ key: "workflow", label: t("runs.workflow"), cell: (run: RunRow) => <WorkflowLink of={run} request={run.request_id} /> }] : []),
    { key: "started", label: t("runs.started"), cell: (run) => <Text>{formatTime(run.started_at ?? run.queued_at)}</Text> },
    { key: "took", label: t("runs.took"), align: "end", cell: (run) => <Text>{formatSeconds(tookOf(run))}</Text> },
    ...(withWorkflow ? [] : [{ key: "revision", label: t("runs.revision"), align: "end" as const, cell: (run: RunRow) => <Text>{run.revision}</Text> }]),
    { key: "outcome", label: t("runs.outcome"), cell: (run) => <Text lineClamp={2} title={outcomeOf(run)}>{outcomeOf(run)}</Text> },
  ];
  return <DataTable label={label} columns={columns} rows={items} rowKey={keyOf} />;
}
