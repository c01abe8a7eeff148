// What a dry run found.
import { Box, Code, List, Text } from "@chakra-ui/react";

import type { DryRun, PlannedJob } from "../api/dryRun";
import { stepLabel } from "../definition/labels";
import { t, textOf } from "../i18n";
import { messageText } from "../i18n/errors";
import { formatSeconds } from "../i18n/format";
import { Fold } from "./Fold";
import { NoticeList } from "./NoticeList";
import { UnavailableNote } from "./UnavailableNote";

function Job({ job }: { job: PlannedJob }) {
  return (
    <Box mt={2}>
      <Text fontWeight="semibold">
        {stepLabel(job.step_id, job.kind)}
        {job.estimate?.cpu_s !== null && job.estimate?.cpu_s !== undefined && ` · ${t("dry_run.estimate", { time: formatSeconds(job.estimate.cpu_s) })}`}
      </Text>
      <List.Root ps={4}>
        {job.items.flatMap((item, at) => [
          ...(item.message ? [<List.Item key={`error${at}`} color="red.fg">{`${item.code}: ${messageText(item.message)}`}</List.Item>] : []),
          ...item.outputs.map((output) => (
            <List.Item key={`${at}${output.key}`}>
              <Code size="xs" overflowWrap="anywhere">{`${output.bucket}/${output.key}`}</Code>
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
      {result.notes.map((note) => (
        <Text key={note} color="fg.muted">
          {messageText(note)}
        </Text>
      ))}
    </Box>
  );
}
