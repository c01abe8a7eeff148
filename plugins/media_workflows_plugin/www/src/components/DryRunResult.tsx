// What a dry run found.
import { Box, Code, List, Text } from "@chakra-ui/react";

import type { DryRun, PlannedJob } from "../api/dryRun";
import { stepLabel } from "../definition/labels";
import { t, textOf } from "../i18n";
import { messageText } from "../i18n/errors";
import { formatBytes, formatNumber, formatSeconds } from "../i18n/format";
import { Fold } from "./Fold";
import { NoticeList } from "./NoticeList";
import { OwnAmount } from "./OwnAmount";
import { ServiceBills } from "./ServiceBills";
import { UnavailableNote } from "./UnavailableNote";

const originOf = (runs: number) => (runs > 0 ? t("costs.from_runs", { count: runs }) : t("costs.from_trial"));

function Cost({ cost }: { cost: NonNullable<DryRun["cost"]> }) {
  const written = cost.bytes_out === null ? t("costs.unknown") : formatBytes(cost.bytes_out);
  return (
    <Box mt={2}>
      <Text fontWeight="semibold">{t("costs.estimated")}</Text>
      {cost.cpu_s !== null && <Text>{t("costs.estimate", { minutes: formatNumber(cost.cpu_s / 60, 2), time: formatSeconds(cost.wall_s), origin: originOf(cost.runs) })}</Text>}
      {cost.unknown.length > 0 && <Text>{t("costs.without_estimate", { steps: cost.unknown.join(", ") })}</Text>}
      <Text>{t("costs.bytes", { read: formatBytes(cost.bytes_in), written })}</Text>
      <OwnAmount own={cost.own} />
      <ServiceBills services={cost.services} />
      {cost.problems.map((problem) => (
        <Text key={problem} color="red.fg">
          {t("costs.table_left_out")}: {messageText(problem)}
        </Text>
      ))}
    </Box>
  );
}

function Job({ job }: { job: PlannedJob }) {
  return (
    <Box mt={2}>
      <Text fontWeight="semibold">
        {stepLabel(job.step_id, job.kind)}
        {job.estimate?.cpu_s !== null && job.estimate?.cpu_s !== undefined && ` · ${t("dry_run.estimate", { time: formatSeconds(job.estimate.cpu_s) })} (${originOf(job.estimate.runs ?? 0)})`}
      </Text>
      <List.Root ps={4}>
        {job.items.flatMap((item, at) => [
          ...(item.message ? [<List.Item key={`error${at}`} color="red.fg">{`${item.code}: ${messageText(item.message)}`}</List.Item>] : []),
          ...item.outputs.map((output) => (
            <List.Item key={`${at}${output.key}`}>
              <Code size="xs" dir="auto" overflowWrap="anywhere">{`${output.bucket}/${output.key}`}</Code>
              {output.count !== 1 && ` × ${output.count ?? "?"}`}
              {output.conflict && <Text color="red.fg">{messageText(output.conflict)}</Text>}
            </List.Item>
          )),
        ])}
      </List.Root>
      {job.items.map((item, at) => (
        <NoticeList key={at} notices={item.notices} />
      ))}
      {job.commands.length > 0 && (
        <Fold title={t("dry_run.commands", { count: job.commands.length })}>
          {job.commands.map((command, at) => (
            <Code key={at} size="xs" display="block" whiteSpace="pre-wrap" overflowWrap="anywhere" mb={2}>
              {command}
            </Code>
          ))}
        </Fold>
      )}
    </Box>
  );
}

// The verdict is that of a trigger, which ad-hoc processing does not have.
export function DryRunResult({ result, withVerdict = true }: { result: DryRun; withVerdict?: boolean }) {
  return (
    <Box role="status" fontSize="sm" mt={2}>
      {withVerdict && (
        <Text color={result.verdict.fires ? "green.fg" : "orange.fg"} fontWeight="semibold">
          {t(result.verdict.fires ? "dry_run.fires" : "dry_run.refused")}: {textOf(`rule.${result.verdict.rule}`, result.verdict.meaning)}
        </Text>
      )}
      <UnavailableNote of={result.unavailable} />
      {result.jobs.map((job) => (
        <Job key={job.step_id} job={job} />
      ))}
      {result.cost && <Cost cost={result.cost} />}
      {result.notes.map((note) => (
        <Text key={note} color="fg.muted">
          {messageText(note)}
        </Text>
      ))}
    </Box>
  );
}
