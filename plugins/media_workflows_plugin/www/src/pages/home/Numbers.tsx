// The numbers of now and of the last 24 hours; each links to the list that shows what it counts.
import { SimpleGrid } from "@chakra-ui/react";

import type { Home } from "../../api/home";
import { Counter } from "../../components/Counter";
import { t } from "../../i18n";
import { formatAgo, formatBytes, formatNumber, formatSeconds } from "../../i18n/format";
import { paths } from "../../paths";

const DAY = { ended: "24h" };

export function Numbers({ home: { workflows, enabled, unfinished, failures, activity } }: { home: Home }) {
  const { runs, source_bytes, output_bytes, saved_bytes, worker_s } = activity.volume;
  const since = unfinished.queued_since ? t("home.queued_since", { time: formatAgo(unfinished.queued_since) }) : undefined;
  const failed = formatNumber(failures.runs) + (failures.is_exact ? "" : "+");
  const saved = source_bytes ? Math.round((saved_bytes / source_bytes) * 100) : 0;
  return (
    <SimpleGrid columns={{ base: 2, md: 3, xl: 6 }} gap={3} mb={4} role="group" aria-label={t("home.numbers")}>
      <Counter label={t("home.running")} value={formatNumber(unfinished.running)} to={paths.runsWhere({ state: "running" })} help={t("home.enabled", { enabled, workflows })} />
      <Counter label={t("home.queued")} value={formatNumber(unfinished.queued)} to={paths.runsWhere({ state: "queued" })} help={since} />
      <Counter label={t("home.failed")} value={failed} to={paths.runsWhere({ state: "failed", ...DAY })} help={t("home.day")} />
      <Counter label={t("home.files")} value={formatNumber(runs)} to={paths.runsWhere(DAY)} help={t("home.worker_time", { time: formatSeconds(worker_s) })} />
      <Counter label={t("home.bytes")} value={formatBytes(source_bytes)} to={paths.runsWhere(DAY)} help={t("home.written", { bytes: formatBytes(output_bytes) })} />
      <Counter label={t("home.saved")} value={formatBytes(saved_bytes)} to={paths.runsWhere({ state: "success", ...DAY })} help={t("home.saved_of", { percent: saved })} />
    </SimpleGrid>
  );
}
