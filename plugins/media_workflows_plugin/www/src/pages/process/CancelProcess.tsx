// Ends a request, after a confirmation.
import { Button, Text } from "@chakra-ui/react";
import { useState } from "react";

import { cancelProcess, hasEnded, type Process } from "../../api/processes";
import { queries } from "../../api/queries";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { showSuccess } from "../../hooks/messages";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";
import { formatNumber } from "../../i18n/format";

export function CancelProcess({ process, onItsPage = false }: { process: Process; onItsPage?: boolean }) {
  const [asking, setAsking] = useState(false);
  const { can_change_runs } = useMe(process.workflow_id);
  if (!can_change_runs || hasEnded(process)) return null;
  const cancel = async () => {
    await cancelProcess(process.request_id);
    showSuccess(t("process.cancelled"));
    await queries.invalidateQueries({ queryKey: ["process"] });
  };
  const look = onItsPage ? ({ size: "sm", variant: "outline" } as const) : ({ size: "xs", variant: "ghost" } as const);
  const counts = { queued: formatNumber(process.queued), active: formatNumber(process.active) };
  return (
    <>
      <Button {...look} colorPalette="red" aria-label={t("action.named", { action: t("process.cancel"), name: process.request_id })} onClick={() => setAsking(true)}>
        {t("process.cancel")}
      </Button>
      {asking && <ConfirmDialog title={t("process.cancel_title")} text={<Text>{t("process.cancel_text", counts)}</Text>} confirm={t("process.cancel")} cancel={t("backfills.keep")} act={cancel} close={() => setAsking(false)} />}
    </>
  );
}
