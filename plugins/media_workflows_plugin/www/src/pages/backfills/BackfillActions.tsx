// What a backfill's state allows: start, pause, resume, cancel.
import { Button, Flex } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { type Backfill, type BackfillAction, changeBackfill, hasEnded } from "../../api/backfills";
import { queries } from "../../api/queries";
import { showError, showSuccess } from "../../hooks/messages";
import { useMe } from "../../hooks/useMe";
import { type Key, t } from "../../i18n";
import { CancelBackfill } from "./CancelBackfill";

interface Next {
  action: BackfillAction;
  label: Key;
  done: Key;
}

// By the backfill's state: the one action besides cancelling.
const NEXT: Partial<Record<Backfill["state"], Next>> = {
  ready: { action: "start", label: "backfills.start", done: "backfills.done_start" },
  running: { action: "pause", label: "backfills.pause", done: "backfills.done_pause" },
  paused: { action: "resume", label: "backfills.resume", done: "backfills.done_resume" },
};

export function BackfillActions({ backfill, onItsPage = false }: { backfill: Backfill; onItsPage?: boolean }) {
  const [cancelling, setCancelling] = useState(false);
  const { can_edit } = useMe(backfill.workflow_id);
  const change = useMutation({
    mutationFn: ({ action }: Next) => changeBackfill(backfill.id, action),
    onSuccess: (_, { done }) => showSuccess(t(done)),
    onError: showError,
    onSettled: () => queries.invalidateQueries({ queryKey: ["backfills"] }),
  });
  if (!can_edit || hasEnded(backfill)) return null;
  const next = NEXT[backfill.state];
  const look = onItsPage ? ({ size: "sm", variant: "outline" } as const) : ({ size: "xs", variant: "ghost" } as const);
  const named = (action: string) => t("action.named", { action, name: backfill.id });
  return (
    <Flex gap={onItsPage ? 2 : 0} ms={onItsPage ? 0 : -2} wrap="wrap">
      {next && (
        <Button {...look} {...(onItsPage && next.action !== "pause" && { variant: "solid", colorPalette: "brand" })} aria-label={named(t(next.label))} loading={change.isPending} onClick={() => change.mutate(next)}>
          {t(next.label)}
        </Button>
      )}
      <Button {...look} colorPalette="red" aria-label={named(t("backfills.cancel"))} onClick={() => setCancelling(true)}>
        {t("backfills.cancel")}
      </Button>
      {cancelling && <CancelBackfill backfill={backfill} close={() => setCancelling(false)} />}
    </Flex>
  );
}
