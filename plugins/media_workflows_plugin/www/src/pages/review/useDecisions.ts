// Decisions on findings: shown at once, then stored; a refused one is taken back.
import { useMutation } from "@tanstack/react-query";

import { queries } from "../../api/queries";
import { type DeskReview, decideFindings, type ReviewedFinding, type Verdict } from "../../api/reviews";
import { showError } from "../../hooks/messages";

// Decisions of one run are sent one after the other: the last one on a finding stays, and that on the run comes after.
export const scopeOf = (workflow: string, run: string) => ({ id: `decide ${workflow} ${run}` });

interface Change {
  ids: string[];
  verdict?: Verdict;
  note?: string;
}

function changed(finding: ReviewedFinding, { verdict, note }: Change, by: string): ReviewedFinding {
  const before = finding.decision;
  return { ...finding, decision: { verdict: verdict ?? before?.verdict ?? null, note: note ?? before?.note ?? "", by, at: new Date().toISOString() } };
}

export const withChange = (review: DeskReview, change: Change, by: string): DeskReview => ({
  ...review,
  findings: review.findings.map((one) => (change.ids.includes(one.id) ? changed(one, change, by) : one)),
});

const mutationKeyOf = (key: unknown[]) => ["decide", ...key];

// Whether decisions are on their way: an answer that was read before them would take back what is shown.
export const isDeciding = (key: unknown[]) => queries.isMutating({ mutationKey: mutationKeyOf(key) }) > 0;

export function useDecisions(key: unknown[], place: { workflow: string; run: string }, by: string) {
  const mutationKey = mutationKeyOf(key);
  const { mutate } = useMutation({
    mutationKey,
    scope: scopeOf(place.workflow, place.run),
    mutationFn: ({ ids, ...decision }: Change) => decideFindings(place, ids, decision),
    onError: showError,
    onSettled: () => {
      if (queries.isMutating({ mutationKey }) === 1) void queries.invalidateQueries({ queryKey: key });
    },
  });
  return (change: Change): ReviewedFinding[] => {
    const review = queries.getQueryData<DeskReview>(key);
    if (!review) return [];
    void queries.cancelQueries({ queryKey: key });
    const next = withChange(review, change, by);
    queries.setQueryData(key, next);
    mutate(change);
    return next.findings;
  };
}
