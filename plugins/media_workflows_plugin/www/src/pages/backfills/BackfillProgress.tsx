// How many objects of a backfill, or of a request, are done.
import { Box, Progress, Text } from "@chakra-ui/react";

import { type Backfill, doneOf } from "../../api/backfills";
import { t } from "../../i18n";
import { formatNumber } from "../../i18n/format";

type Counted = Pick<Backfill, "state" | "total" | "finished" | "failed" | "skipped" | "active" | "queued"> & { listed?: number };

export function BackfillProgress({ of, name }: { of: Counted; name: string }) {
  const { total, finished, failed, skipped, active, queued, state, listed = total } = of;
  if (state === "counting") return <Text fontSize="sm">{t("backfills.counted", { total: formatNumber(total), listed: formatNumber(listed) })}</Text>;
  const percent = total > 0 ? (doneOf(of) / total) * 100 : 100;
  return (
    <Box minW={{ base: 0, lg: "10rem" }}>
      <Progress.Root value={percent} size="sm" mb={1}>
        <Progress.Track aria-label={t("run.progress", { name })}>
          <Progress.Range />
        </Progress.Track>
      </Progress.Root>
      <Text fontSize="sm">{t("backfills.counts", { finished: formatNumber(finished), failed: formatNumber(failed), skipped: formatNumber(skipped), left: formatNumber(queued + active) })}</Text>
    </Box>
  );
}
