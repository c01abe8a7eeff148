// The answer to an approval, with a comment. Where another answer came first, that one is shown.
import { Button, Dialog, Field, Text, Textarea } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { type Answer, type Approval, answerApproval } from "../../api/approvals";
import { ApiError } from "../../api/client";
import { queries } from "../../api/queries";
import { questionLabel } from "../../definition/labels";
import { showError, showSuccess } from "../../hooks/messages";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { DialogFrame } from "../DialogFrame";
import { ErrorNote } from "../ErrorNote";

const MAX_COMMENT = 1000; // characters
const TEXTS = {
  approved: { title: "approval.approve_title", done: "approval.approve_done", button: "approval.approve", palette: "green" },
  rejected: { title: "approval.reject_title", done: "approval.reject_done", button: "approval.reject", palette: "red" },
} as const;

interface Props {
  approval: Approval;
  answer: Answer;
  close: () => void;
}

export function AnswerDialog({ approval, answer, close }: Props) {
  const [comment, setComment] = useState("");
  const texts = TEXTS[answer];
  const id = questionLabel(approval.step_id);
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: ["run", approval.workflow_id, approval.run_id] });
    await queries.invalidateQueries({ queryKey: ["approvals"] });
    if (document.activeElement === document.body) document.querySelector<HTMLElement>(".media-workflows h1")?.focus(); // the buttons are gone
  };
  const send = useMutation({
    mutationFn: () => answerApproval(approval, answer, comment),
    onSuccess: async () => {
      showSuccess(t(texts.done, { id }));
      close();
      await refresh();
    },
    onError: async (error) => {
      if (!(error instanceof ApiError && error.status === 409)) return;
      showError(error);
      close();
      await refresh();
    },
  });
  return (
    <DialogFrame title={t(texts.title, { id })} busy={send.isPending} close={close} closeOnInteractOutside={false}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate();
        }}
      >
        <Dialog.Body display="grid" gap={4}>
          <ErrorNote error={send.error} />
          <Text overflowWrap="anywhere">{messageText(approval.message)}</Text>
          <Field.Root>
            <Field.Label>{t("approval.comment")}</Field.Label>
            <Textarea size="sm" rows={3} maxLength={MAX_COMMENT} value={comment} onChange={(event) => setComment(event.target.value)} />
            <Field.HelperText>{t("approval.comment_hint")}</Field.HelperText>
          </Field.Root>
        </Dialog.Body>
        <Dialog.Footer>
          <Button variant="outline" onClick={close} disabled={send.isPending}>
            {t("app.cancel")}
          </Button>
          <Button type="submit" colorPalette={texts.palette} loading={send.isPending}>
            {t(texts.button)}
          </Button>
        </Dialog.Footer>
      </form>
    </DialogFrame>
  );
}
