// The switch of a workflow. It shows the server's state: it changes only when the answer arrives.
import { Switch } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";

import { queries } from "../api/queries";
import type { Workflow } from "../api/types";
import { setEnabled } from "../api/workflows";
import { showError, showSuccess } from "../hooks/messages";
import { useMe } from "../hooks/useMe";
import { t } from "../i18n";

export function EnabledSwitch({ workflow, onItsPage = false }: { workflow: Workflow; onItsPage?: boolean }) {
  const { name } = workflow.definition;
  const { can_edit } = useMe(onItsPage ? workflow.id : undefined);
  const input = useRef<HTMLInputElement>(null);
  const change = useMutation({
    mutationFn: (enabled: boolean) => setEnabled(workflow.id, enabled),
    onSuccess: (answer) => showSuccess(t(answer.enabled ? "switch.enabled" : "switch.disabled", { name })),
    onError: (error) => {
      if (input.current) input.current.checked = workflow.enabled; // the browser has switched it already
      showError(error);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["workflows"] }),
  });
  return (
    <Switch.Root size="sm" colorPalette="brand" checked={workflow.enabled} disabled={change.isPending || !can_edit} onCheckedChange={({ checked }) => change.mutate(checked)}>
      <Switch.HiddenInput ref={input} aria-label={t("switch.label", { name })} />
      <Switch.Control>
        <Switch.Thumb />
      </Switch.Control>
      {onItsPage && <span aria-hidden>{t(workflow.enabled ? "switch.on" : "switch.off")}</span>}
    </Switch.Root>
  );
}
