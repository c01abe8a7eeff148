// The draft of a workflow on its page: who made it, what it changes, and what may be done with it.
import { Alert, Button, Dialog, Flex } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { applyDraft, type Draft, discardDraft, getDraft, saveDraft } from "../../api/drafts";
import { queries } from "../../api/queries";
import type { WorkflowDetail } from "../../api/types";
import { CloseFooter } from "../../components/CloseFooter";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { DialogFrame } from "../../components/DialogFrame";
import { LazyDiff } from "../../components/LazyDiff";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { showSuccess } from "../../hooks/messages";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";
import { formatTime } from "../../i18n/format";
import { paths } from "../../paths";

type Open = "compare" | "apply" | "keep" | "discard" | null;

export function DraftNote({ workflow }: { workflow: WorkflowDetail }) {
  return workflow.draft && <Note workflow={workflow} draft={workflow.draft} />;
}

function Note({ workflow, draft }: { workflow: WorkflowDetail; draft: Draft }) {
  const [open, setOpen] = useState<Open>(null);
  const { can_edit } = useMe(workflow.id);
  const close = () => setOpen(null);
  const { author, updated_at, base_revision, revision, outdated } = draft;
  return (
    <Alert.Root status={outdated ? "warning" : "info"} variant="surface" role="status" mb={3}>
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title>{t("draft.note", { base: base_revision, author, time: formatTime(updated_at) })}</Alert.Title>
        {outdated && <Alert.Description>{t("draft.outdated", { base: base_revision, revision })}</Alert.Description>}
        <Flex gap={2} mt={2} wrap="wrap">
          <Button size="xs" variant="outline" onClick={() => setOpen("compare")}>
            {t("draft.compare")}
          </Button>
          {can_edit && (
            <>
              <LinkButton size="xs" variant="outline" to={paths.draft(workflow.id)}>
                {t("draft.edit")}
              </LinkButton>
              <Button size="xs" colorPalette="brand" onClick={() => setOpen(outdated ? "keep" : "apply")}>
                {outdated ? t("draft.keep", { revision }) : t("draft.apply")}
              </Button>
              <Button size="xs" variant="outline" colorPalette="red" onClick={() => setOpen("discard")}>
                {t("draft.discard")}
              </Button>
            </>
          )}
        </Flex>
      </Alert.Content>
      {open === "compare" && <CompareDialog workflow={workflow} close={close} />}
      {open !== null && open !== "compare" && <ActionDialog action={open} workflow={workflow} draft={draft} close={close} />}
    </Alert.Root>
  );
}

function CompareDialog({ workflow, close }: { workflow: WorkflowDetail; close: () => void }) {
  const draft = useQuery({ queryKey: ["workflows", "draft", workflow.id, workflow.draft?.number], queryFn: () => getDraft(workflow.id) });
  return (
    <DialogFrame title={t("draft.compare_title", { revision: workflow.revision })} close={close} size="xl" scrollBehavior="inside">
      <Dialog.Body>
        <Loaded of={draft}>{({ definition }) => <LazyDiff before={workflow.definition} after={definition} same={t("draft.same")} />}</Loaded>
      </Dialog.Body>
      <CloseFooter close={close} />
    </DialogFrame>
  );
}

interface ActionProps {
  action: "apply" | "keep" | "discard";
  workflow: WorkflowDetail;
  draft: Draft;
  close: () => void;
}

function ActionDialog({ action, workflow: { id, definition, enabled }, draft: { number, revision }, close }: ActionProps) {
  const { name } = definition;
  const acts = {
    apply: async () => {
      const applied = await applyDraft(id, number);
      showSuccess(t("draft.applied", { name, revision: applied.revision }));
    },
    keep: async () => {
      await saveDraft(id, number, revision, (await getDraft(id)).definition);
    },
    discard: () => discardDraft(id),
  };
  const act = async () => {
    await acts[action]();
    await queries.invalidateQueries({ queryKey: ["workflows"] });
  };
  const texts = {
    apply: { title: t("draft.apply_title", { name }), text: t(enabled ? "draft.apply_enabled" : "draft.apply_disabled"), confirm: t("draft.apply") },
    keep: { title: t("draft.keep_title", { revision }), text: t("draft.keep_text", { revision }), confirm: t("draft.keep", { revision }) },
    discard: { title: t("draft.discard_title", { name }), text: t("draft.discard_text"), confirm: t("draft.discard") },
  };
  return <ConfirmDialog {...texts[action]} danger={action === "discard"} act={act} close={close} />;
}
