// What a disabled workflow does not do, with a button that enables it for those who may.
import { Alert, Button } from "@chakra-ui/react";

import type { Workflow } from "../api/types";
import { useMe } from "../hooks/useMe";
import { useSwitch } from "../hooks/useSwitch";
import { t } from "../i18n";

export function DisabledNote({ workflow, text }: { workflow: Workflow; text: string }) {
  const { can_edit } = useMe(workflow.id);
  const change = useSwitch(workflow);
  if (workflow.enabled) return null;
  return (
    <Alert.Root status="warning" variant="surface" size="sm" mb={3} alignItems="center" flexWrap="wrap">
      <Alert.Indicator />
      <Alert.Title flex="1 1 12rem">{text}</Alert.Title>
      {can_edit && (
        <Button size="xs" variant="outline" loading={change.isPending} aria-label={t("action.named", { action: t("switch.enable"), name: workflow.definition.name })} onClick={() => change.mutate(true)}>
          {t("switch.enable")}
        </Button>
      )}
    </Alert.Root>
  );
}
