// The numbers of the last 24 hours.
import { SimpleGrid } from "@chakra-ui/react";

import { getCounters } from "../../api/workflows";
import { Counter } from "../../components/Counter";
import { Loaded } from "../../components/Loaded";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { formatNumber } from "../../i18n/format";

export function CounterCards({ workflow }: { workflow: string }) {
  const counters = usePolled(["counters", workflow], () => getCounters(workflow), ({ runs }) => runs.running + runs.queued > 0);
  return (
    <Loaded of={counters}>
      {({ runs, uploads, events }) => {
        const refused = Object.values(uploads.refused).reduce((sum, count) => sum + count, 0);
        return (
          <SimpleGrid columns={{ base: 2, md: 4 }} gap={3} mb={4} role="group" aria-label={t("counters.title")}>
            <Counter label={t("counters.success")} value={formatNumber(runs.success)} help={t("counters.day")} />
            <Counter label={t("counters.failed")} value={formatNumber(runs.failed)} help={t("counters.unfinished", { count: runs.running + runs.queued })} />
            <Counter label={t("counters.fired")} value={formatNumber(uploads.fired)} help={t("counters.refused", { count: refused })} />
            <Counter label={t("counters.delivered")} value={formatNumber(events.delivered)} help={t("counters.dead", { dead: events.dead, pending: events.pending })} />
          </SimpleGrid>
        );
      }}
    </Loaded>
  );
}
