// Sends the selected deliveries again, after a confirmation that counts them.
import { Button } from "@chakra-ui/react";
import { useState } from "react";

import { type Delivery, resendEvents } from "../api/events";
import { queries } from "../api/queries";
import { showSuccess } from "../hooks/messages";
import { useMay } from "../hooks/useMe";
import { t } from "../i18n";
import { ConfirmDialog } from "./ConfirmDialog";
import { SelectionBar } from "./SelectionBar";

export function DeliveryBulkBar({ items, done }: { items: Delivery[]; done: () => void }) {
  const [asking, setAsking] = useState(false);
  const workflows = items.map((item) => item.workflow_id);
  const mayResend = workflows.every(useMay("can_change_runs", workflows));
  const ended = items.filter((item) => item.state !== "pending");
  const act = async () => {
    const { queued } = await resendEvents([...new Set(ended.map((item) => item.event_id))]);
    await queries.invalidateQueries({ queryKey: ["deliveries"] });
    showSuccess(t("deliveries.queued", { count: queued }));
    done();
  };
  return (
    <SelectionBar count={items.length}>
      <Button size="xs" variant="outline" disabled={!mayResend || ended.length === 0} title={mayResend ? undefined : t("action.forbidden")} onClick={() => setAsking(true)}>
        {t("deliveries.resend_many", { count: ended.length })}
      </Button>
      {asking && <ConfirmDialog title={t("deliveries.resend_title", { count: ended.length })} text={t("deliveries.resend_text")} confirm={t("deliveries.resend")} danger={false} act={act} close={() => setAsking(false)} />}
    </SelectionBar>
  );
}
