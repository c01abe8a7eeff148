// The progress of a job: phase, percent, speed, remaining and elapsed time.
import { Box, Flex, Heading, Link as ChakraLink, Progress, Text } from "@chakra-ui/react";
import { Link } from "react-router-dom";

import { type JobReport, type RunReport, stepIdOf } from "../../api/runs";
import { NoticeList } from "../../components/NoticeList";
import { Delay } from "../../components/runs/RunTable";
import { StateBadge } from "../../components/StateBadge";
import { stepLabel } from "../../definition/labels";
import { t, textOf } from "../../i18n";
import { formatNumber, formatSeconds, secondsBetween } from "../../i18n/format";
import { Decision } from "./Decision";
import { itemErrorText } from "./itemError";
import { RunError } from "./RunError";
import { sharedFailure } from "./sharedFailure";
import { taskPath } from "./taskPath";

function propertiesOf(job: JobReport, running: boolean): string[] {
  const progress = job.progress;
  const passed_s = secondsBetween(job.begun_at ?? progress?.begun_at, job.finished_at ?? new Date().toISOString());
  const properties = [];
  if (passed_s !== null) properties.push(t("run.elapsed", { time: formatSeconds(Math.max(0, passed_s)) }));
  if (running && progress?.eta_s != null) properties.push(t("run.eta", { time: formatSeconds(progress.eta_s) }));
  if (running && progress?.speed != null) properties.push(t("run.speed", { speed: formatNumber(progress.speed, 1) }));
  if (running && progress?.fps != null) properties.push(t("run.fps", { fps: formatNumber(progress.fps) }));
  if (job.try_number > 1) properties.push(t("run.try", { number: job.try_number }));
  return properties;
}

function Bar({ name, percent, state }: { name: string; percent: number; state: string | null }) {
  return (
    <Progress.Root value={percent} size="sm" my={2} colorPalette={state === "failed" ? "red" : state === "success" ? "green" : "brand"}>
      <Flex gap={2} align="center">
        <Progress.Track flex={1} aria-label={t("run.progress", { name })}>
          <Progress.Range />
        </Progress.Track>
        <Text fontSize="sm" minW="3rem" textAlign="end">
          {formatNumber(percent)} %
        </Text>
      </Flex>
    </Progress.Root>
  );
}

interface Props {
  run: RunReport;
  job: JobReport;
  isStep?: boolean;
}

export function JobProgress({ run, job, isStep = false }: Props) {
  const running = job.state === "running";
  const percent = job.finished_at && job.state === "success" ? 100 : (job.progress?.percent ?? 0);
  const phase = job.progress && running ? textOf(`phase.${job.progress.phase}`, job.progress.phase) : "";
  const isUnused = job.state === "skipped" || job.state === "upstream_failed";
  const isShared = sharedFailure(run) !== undefined; // the page shows it once
  const name = stepLabel(job.step_id, job.kind);
  return (
    <Box borderWidth={1} borderRadius="md" p={3}>
      <Flex justify="space-between" gap={2} wrap="wrap">
        <Heading as="h3" size="sm">
          {name}
        </Heading>
        <StateBadge state={job.state ?? "queued"} />
      </Flex>
      {!isUnused && <Bar name={name} percent={percent} state={job.state} />}
      <Text fontSize="sm" color="fg.muted">
        {[phase, ...(isUnused ? [] : propertiesOf(job, running))].filter(Boolean).join(" · ")}
      </Text>
      <Delay {...job} />
      {isStep && <Decision step={job} isCancelled={run.cancelled !== null} />}
      {job.items.map((item, at) => item.status === "FAIL" && !isShared && <RunError key={at} code={item.code} message={itemErrorText(item)} />)}
      {job.items.map((item, at) => (
        <NoticeList key={at} notices={item.notices} />
      ))}
      {job.items.some((item) => item.reused) && (
        <Text fontSize="sm" color="fg.muted">
          {t("run.reused")}
        </Text>
      )}
      <ChakraLink asChild variant="underline" fontSize="sm" mt={1}>
        <Link to={taskPath(run, stepIdOf(job))}>{t("run.log")}</Link>
      </ChakraLink>
    </Box>
  );
}
