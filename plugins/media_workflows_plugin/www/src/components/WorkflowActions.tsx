// The actions of a workflow; disabled with the reason where they are not allowed.
import { Button, Flex } from "@chakra-ui/react";
import { useState } from "react";
import { LuLock } from "react-icons/lu";
import { useNavigate } from "react-router-dom";

import { queries } from "../api/queries";
import type { Workflow } from "../api/types";
import { deleteWorkflow } from "../api/workflows";
import { exportYaml, saveAsFile } from "../api/yaml";
import { showError, showSuccess } from "../hooks/messages";
import { useMay, useMe } from "../hooks/useMe";
import { t } from "../i18n";
import { paths } from "../paths";
import { ConfirmDialog } from "./ConfirmDialog";

export function placeOf(trigger: { bucket: string; directory?: unknown }): string {
  return `${trigger.bucket}/${typeof trigger.directory === "string" ? trigger.directory : ""}`;
}

// A greyed button stays reachable by keyboard, so that its reason can be read; a click says the reason.
function Action({ label, name, reason, act, danger }: { label: string; name: string; reason: string; act: () => void; danger?: boolean }) {
  const locked = reason !== "";
  return (
    <Button
      size="xs"
      variant="ghost"
      colorPalette={danger && !locked ? "red" : undefined}
      aria-label={t("action.named", { action: label, name })}
      aria-disabled={locked || undefined}
      aria-description={reason || undefined}
      title={reason || undefined}
      color={locked ? "fg.muted" : undefined}
      cursor={locked ? "not-allowed" : undefined}
      onClick={() => (locked ? showError(new Error(reason)) : act())}
    >
      {locked && <LuLock aria-hidden />}
      {label}
    </Button>
  );
}

export function WorkflowActions({ workflow, onItsPage = false, afterDelete }: { workflow: Workflow; onItsPage?: boolean; afterDelete?: () => void }) {
  const [deleting, setDeleting] = useState(false);
  const navigate = useNavigate();
  const mayCreate = useMe().can_edit;
  const mayEdit = useMay("can_edit", [workflow.id])(workflow.id);
  const mayDelete = useMay("can_delete", [workflow.id])(workflow.id);
  const { name, trigger } = workflow.definition;
  const locked = workflow.enabled ? t("action.locked") : "";
  const remove = async () => {
    await deleteWorkflow(workflow.id);
    afterDelete?.();
    showSuccess(t("delete.done", { name }));
    await queries.invalidateQueries({ queryKey: ["workflows", "list"] });
  };
  const save = async () => saveAsFile(`${name}.yaml`, await exportYaml([workflow.id]));
  return (
    <Flex gap={0} wrap="wrap" ms={-2}>
      <Action label={t("action.edit")} name={name} reason={mayEdit ? locked : t("action.forbidden")} act={() => navigate(paths.editWorkflow(workflow.id))} />
      {onItsPage && workflow.enabled && <Action label={t("draft.action")} name={name} reason={mayEdit ? "" : t("action.forbidden")} act={() => navigate(paths.draft(workflow.id))} />}
      <Action label={t("action.duplicate")} name={name} reason={mayCreate ? "" : t("action.forbidden")} act={() => navigate(paths.copyWorkflow(workflow.id))} />
      <Action label={t("action.export")} name={name} reason="" act={() => void save().catch(showError)} />
      <Action label={t("action.delete")} name={name} danger reason={mayDelete ? locked : t("action.forbidden")} act={() => setDeleting(true)} />
      {deleting && (
        <ConfirmDialog title={t("delete.title", { name })} text={t("delete.text", { place: placeOf(trigger) })} confirm={t("delete.confirm")} cancel={t("delete.cancel")} act={remove} close={() => setDeleting(false)} />
      )}
    </Flex>
  );
}
