// How many of a backfill's objects are done.
import { Box, Progress, Text } from "@chakra-ui/react";

import { type Backfill, doneOf } from "../../api/backfills";
import { t } from "../../i18n";
import { formatNumber } from "../../i18n/format";

export function BackfillProgress({ backfill }: { backfill: Backfill }) {
  const { total, finished, failed, skipped, active, queued, state } = backfill;
  if (state === "counting") return <Text fontSize="sm">{t("backfills.counted", { total: formatNumber(total), listed: formatNumber(backfill.listed) })}</Text>;
  const percent = total > 0 ? (doneOf(backfill) / total) * 100 : 100;
  return (
    <Box minW="10rem">
      <Progress.Root value={percent} size="sm" mb={1}>
        <Progress.Track aria-label={t("run.progress", { name: backfill.id })}>
          <Progress.Range />
        </Progress.Track>
      </Progress.Root>
      <Text fontSize="sm">{t("backfills.counts", { finished: formatNumber(finished), failed: formatNumber(failed), skipped: formatNumber(skipped), left: formatNumber(queued + active) })}</Text>
    </Box>
  );
}
