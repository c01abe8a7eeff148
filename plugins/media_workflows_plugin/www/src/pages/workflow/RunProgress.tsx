// The progress of a run in one line.
import { Flex, Progress, Text } from "@chakra-ui/react";

import { getRun, type RunReport, UNFINISHED } from "../../api/runs";
import { StateBadge } from "../../components/StateBadge";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { formatNumber } from "../../i18n/format";

const DONE = new Set(["success", "skipped"]);

// The mean of the jobs: they are made side by side.
export function percentOf(run: Pick<RunReport, "jobs" | "state">): number {
  if (run.state === "success") return 100; // also of steps without media
  if (run.jobs.length === 0) return 0;
  const percents = run.jobs.map((job) => (DONE.has(job.state ?? "") ? 100 : (job.progress?.percent ?? 0)));
  return percents.reduce((sum, percent) => sum + percent, 0) / percents.length;
}

export function RunProgress({ workflow, run }: { workflow: string; run: string }) {
  const report = usePolled(["run", workflow, run], () => getRun(workflow, run), (data) => UNFINISHED.has(data.state)).data;
  if (!report) return null;
  const percent = percentOf(report);
  return (
    <Progress.Root value={percent} size="sm" my={1}>
      <Flex gap={2} align="center">
        <StateBadge state={report.state} />
        <Progress.Track flex={1} aria-label={t("run.progress", { name: t("deliveries.run") })}>
          <Progress.Range />
        </Progress.Track>
        <Text fontSize="sm">{formatNumber(percent)} %</Text>
      </Flex>
    </Progress.Root>
  );
}
