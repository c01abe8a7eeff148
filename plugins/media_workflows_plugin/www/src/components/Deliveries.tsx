// The delivery log of a run, of a workflow, or of all workflows that the user may see. Its page is in the URL, unless it
// is a part of another page (`run`).
import { Text } from "@chakra-ui/react";
import { useState } from "react";

import { listDeliveries } from "../api/events";
import { useListParams } from "../hooks/useListParams";
import { usePolled } from "../hooks/usePolled";
import { useSelection } from "../hooks/useSelection";
import { t } from "../i18n";
import { DeliveryBulkBar } from "./DeliveryBulkBar";
import { DeliveryFilters } from "./DeliveryFilters";
import { DeliveryTable } from "./DeliveryTable";
import { EventDialog } from "./EventDialog";
import { Loaded } from "./Loaded";
import { Pager } from "./Pager";
import { sinceOf } from "./PeriodChoice";

interface Props {
  workflow?: string;
  run?: string;
}

export function Deliveries({ workflow, run }: Props) {
  const params = useListParams();
  const [inRun, setInRun] = useState(0);
  const [event, setEvent] = useState("");
  const { selected, select } = useSelection();
  const { value, limit, go, pick } = params;
  const isPart = run !== undefined;
  const offset = isPart ? inRun : params.offset;
  const filter = isPart ? {} : { state: value("state"), since: sinceOf(value("period")), answer: value("answer"), search: value("search") };
  const query = { workflow: workflow ?? value("workflow"), run, ...filter, offset, limit };
  const page = usePolled(["deliveries", query], () => listDeliveries(query), ({ items }) => items.some((item) => item.state === "pending"));
  const isFiltered = Object.values(filter).some(Boolean) || (workflow === undefined && value("workflow") !== "");
  return (
    <>
      {!isPart && <DeliveryFilters params={params} withWorkflow={workflow === undefined} />}
      <Loaded of={page}>
        {({ items, total, total_is_exact }) => (
          <>
            <DeliveryBulkBar items={items.filter((item) => selected.has(String(item.id)))} done={() => select(new Set())} />
            {total === 0 ? (
              <Text color="fg.muted">{t(isFiltered ? "deliveries.none_found" : "deliveries.none")}</Text>
            ) : (
              <DeliveryTable items={items} withRun={!isPart} withWorkflow={workflow === undefined} open={setEvent} selected={selected} select={select} />
            )}
            <Pager label={t("deliveries.title")} offset={offset} limit={limit} total={total} isExact={total_is_exact} go={isPart ? setInRun : go} resize={isPart ? undefined : (size) => pick({ limit: String(size) })} />
            {event && <EventDialog id={event} close={() => setEvent("")} />}
          </>
        )}
      </Loaded>
    </>
  );
}
