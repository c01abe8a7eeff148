// The commands that ran, with the end of ffmpeg's log; and, on request, those that the current workflow, or the request, would run.
import { Box, Button, Code, Heading, Text } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";

import { ask } from "../../api/client";
import type { DryRun } from "../../api/dryRun";
import { dryRunRequest, getRequest } from "../../api/processes";
import { type JobReport, type RunReport, stepIdOf } from "../../api/runs";
import { DryRunResult } from "../../components/DryRunResult";
import { ErrorNote } from "../../components/ErrorNote";
import { Fold } from "../../components/Fold";
import { stepLabel } from "../../definition/labels";
import { PROCESS_DAG } from "../../definition/ours";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";
import { formatSeconds } from "../../i18n/format";

type Command = NonNullable<JobReport["commands"]>[number];

function Lines({ text }: { text: string }) {
  return (
    <Code size="xs" display="block" whiteSpace="pre-wrap" overflowWrap="anywhere" mb={2}>
      {text}
    </Code>
  );
}

function Ran({ command }: { command: Command }) {
  const failed = command.exit_code !== 0;
  return (
    <Box mb={2}>
      <Text color={failed ? "red.fg" : "fg.muted"}>{t("run.command_took", { time: formatSeconds(command.took_s), code: command.exit_code })}</Text>
      <Lines text={command.command} />
      {command.output && (
        <Fold title={t("run.command_log")} open={failed}>
          <Lines text={command.output} />
        </Fold>
      )}
    </Box>
  );
}

function Job({ job }: { job: JobReport }) {
  const commands = job.commands ?? [];
  if (commands.length === 0) return null;
  return (
    <Box mb={3}>
      <Heading as="h3" size="sm">
        {stepLabel(job.step_id, job.kind)}
      </Heading>
      <Fold title={t("dry_run.commands", { count: commands.length })} open={commands.some(({ exit_code }) => exit_code !== 0)}>
        {commands.map((command, at) => (
          <Ran key={at} command={command} />
        ))}
      </Fold>
    </Box>
  );
}

async function commandsOf({ workflow_id, request_id, source }: RunReport): Promise<DryRun> {
  if (request_id) return dryRunRequest(await getRequest(request_id), source!.key, false);
  return ask<DryRun>(`workflows/${encodeURIComponent(workflow_id)}/dry-run`, { key: source!.key, calibrate: false });
}

export function Commands({ run }: { run: RunReport }) {
  const dryRun = useMutation({ mutationFn: () => commandsOf(run) });
  const { can_run } = useMe(run.request_id ? PROCESS_DAG : run.workflow_id);
  const hint = !can_run ? "action.forbidden" : run.request_id ? "process.commands_hint" : "run.commands_hint";
  const hasRun = run.jobs.some((job) => job.commands?.length);
  return (
    <Box>
      {!hasRun && (
        <Text color="fg.muted" mb={2}>
          {t("run.no_commands")}
        </Text>
      )}
      {run.jobs.map((job) => (
        <Job key={stepIdOf(job)} job={job} />
      ))}
      {run.source && (
        <Button size="sm" variant="outline" loading={dryRun.isPending} disabled={!can_run} onClick={() => dryRun.mutate()} title={t(hint)}>
          {t("run.show_commands")}
        </Button>
      )}
      <ErrorNote error={dryRun.error} />
      {dryRun.data && <DryRunResult result={dryRun.data} withVerdict={!run.request_id} />}
    </Box>
  );
}
