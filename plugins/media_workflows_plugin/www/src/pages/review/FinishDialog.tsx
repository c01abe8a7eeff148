// The decision on the run. It answers the questions that wait for it; then the next run to review opens.
import { Text } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router-dom";

import { queries } from "../../api/queries";
import { type DeskReview, decideRun, listReviews, type Verdict } from "../../api/reviews";
import { questionLabel } from "../../definition/labels";
import { showError, showSuccess } from "../../hooks/messages";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { paths } from "../../paths";
import { nextRun } from "./desk";
import { NoteDialog } from "./NoteDialog";
import { scopeOf } from "./useDecisions";

const LISTED = 50;
const TEXTS = {
  pass: { title: "review.pass_title", button: "review.pass_run", done: "review.run_passed", palette: "green" },
  block: { title: "review.block_title", button: "review.block_run", done: "review.run_blocked", palette: "red" },
} as const;

function Effect({ review }: { review: DeskReview }) {
  if (review.questions.length === 0) return <Text>{t("review.stored")}</Text>;
  return review.questions.map((one) => (
    <Text key={one.step_id} overflowWrap="anywhere">
      {t("review.answers", { id: questionLabel(one.step_id), question: messageText(one.message) })}
    </Text>
  ));
}

// `only`: the workflow whose runs are reviewed, '' = all.
export function FinishDialog({ review, only, verdict, close }: { review: DeskReview; only: string; verdict: Verdict; close: () => void }) {
  const navigate = useNavigate();
  const { workflow_id: workflow, run_id: run } = review;
  const texts = TEXTS[verdict];
  const send = useMutation({
    scope: scopeOf(workflow, run),
    mutationFn: async (note: string) => {
      const before = await listReviews("open", only, 0, LISTED); // with this run, to find the one after it
      await decideRun({ workflow, run }, verdict, note);
      return nextRun(before.items, workflow, run);
    },
    onSuccess: (next) => {
      showSuccess(t(next ? texts.done : "review.all_done"));
      close();
      void navigate(next ? paths.review(next.workflow_id, next.run_id, only) : paths.reviews);
    },
    onError: (error) => {
      showError(error);
      close();
    },
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ["reviews"] });
      await queries.invalidateQueries({ queryKey: ["run", workflow, run] });
      await queries.invalidateQueries({ queryKey: ["approvals"] });
    },
  });
  return <NoteDialog title={t(texts.title)} text={<Effect review={review} />} confirm={t(texts.button)} palette={texts.palette} busy={send.isPending} focus="confirm" save={(note) => send.mutate(note)} close={close} />;
}
