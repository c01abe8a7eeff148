// The switch of a workflow. It shows the server's state: it changes only when the answer arrives.
import { Switch } from "@chakra-ui/react";
import { useRef } from "react";

import type { Workflow } from "../api/types";
import { useMay } from "../hooks/useMe";
import { useSwitch } from "../hooks/useSwitch";
import { t } from "../i18n";

export function EnabledSwitch({ workflow, onItsPage = false }: { workflow: Workflow; onItsPage?: boolean }) {
  const { name } = workflow.definition;
  const mayEdit = useMay("can_edit", [workflow.id])(workflow.id);
  const input = useRef<HTMLInputElement>(null);
  const change = useSwitch(workflow, () => {
    if (input.current) input.current.checked = workflow.enabled; // the browser has switched it already
  });
  return (
    <Switch.Root size="sm" colorPalette="brand" checked={workflow.enabled} disabled={change.isPending || !mayEdit} title={mayEdit ? undefined : t("action.forbidden")} onCheckedChange={({ checked }) => change.mutate(checked)}>
      <Switch.HiddenInput ref={input} aria-label={t("switch.label", { name })} />
      <Switch.Control>
        <Switch.Thumb />
      </Switch.Control>
      {onItsPage && <span aria-hidden>{t(workflow.enabled ? "switch.on" : "switch.off")}</span>}
    </Switch.Root>
  );
}
