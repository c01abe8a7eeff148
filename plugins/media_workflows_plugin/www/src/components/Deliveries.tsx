// The delivery log of a run, of a workflow, or of all workflows that the user may see.
import { Text } from "@chakra-ui/react";
import { useState } from "react";

import { listDeliveries } from "../api/events";
import { usePolled } from "../hooks/usePolled";
import { t } from "../i18n";
import { DeliveryTable } from "./DeliveryTable";
import { EventDialog } from "./EventDialog";
import { Loaded } from "./Loaded";
import { Pager } from "./Pager";

interface Props {
  workflow?: string;
  run?: string;
  state?: string;
}

const LIMIT = 20;

export function Deliveries({ workflow, run, state }: Props) {
  const [offset, setOffset] = useState(0);
  const [event, setEvent] = useState("");
  const query = { workflow, run, state, offset, limit: LIMIT };
  const page = usePolled(["deliveries", query], () => listDeliveries(query), ({ items }) => items.some((item) => item.state === "pending"));
  return (
    <Loaded of={page}>
      {({ items, total }) => (
        <>
          {total === 0 ? <Text color="fg.muted">{t("deliveries.none")}</Text> : <DeliveryTable items={items} withRun={run === undefined} open={setEvent} />}
          <Pager label={t("deliveries.title")} offset={offset} limit={LIMIT} total={total} go={setOffset} />
          {event && <EventDialog id={event} close={() => setEvent("")} />}
        </>
      )}
    </Loaded>
  );
}
