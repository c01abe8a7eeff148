// The confirmation that ends a backfill, and whether its runs in progress end, too.
import { Checkbox, Text } from "@chakra-ui/react";
import { useState } from "react";

import { type Backfill, changeBackfill } from "../../api/backfills";
import { queries } from "../../api/queries";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { showSuccess } from "../../hooks/messages";
import { t } from "../../i18n";
import { formatNumber } from "../../i18n/format";

export function CancelBackfill({ backfill, close }: { backfill: Backfill; close: () => void }) {
  const [withRuns, setWithRuns] = useState(false);
  const cancel = async () => {
    await changeBackfill(backfill.id, "cancel", { cancel_runs: withRuns });
    showSuccess(t("backfills.done_cancel"));
    await queries.invalidateQueries({ queryKey: ["backfills"] });
  };
  const text = (
    <>
      <Text mb={3}>{t("backfills.cancel_text", { count: formatNumber(backfill.queued) })}</Text>
      {backfill.active > 0 && (
        <Checkbox.Root size="sm" checked={withRuns} onCheckedChange={({ checked }) => setWithRuns(checked === true)}>
          <Checkbox.HiddenInput />
          <Checkbox.Control />
          <Checkbox.Label>{t("backfills.cancel_runs", { count: formatNumber(backfill.active) })}</Checkbox.Label>
        </Checkbox.Root>
      )}
    </>
  );
  return <ConfirmDialog title={t("backfills.cancel_title")} text={text} confirm={t("backfills.cancel")} cancel={t("backfills.keep")} act={cancel} close={close} />;
}
