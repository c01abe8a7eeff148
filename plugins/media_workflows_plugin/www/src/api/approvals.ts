// Calls about approvals that wait for a person.
import { get, post } from "./client";
import type { RunReport } from "./runs";
import type { Model } from "./types";

export type Approval = Model<"WaitingApproval">;
export type Answer = Model<"AnswerRequest">["answer"];

export const listApprovals = (of: { workflow?: string; run?: string; step?: string }) => get<Model<"ApprovalsAnswer">>("approvals", of);
export const answerApproval = ({ workflow_id, run_id, step_id }: Approval, answer: Answer, comment: string) =>
  post<RunReport>(`runs/${encodeURIComponent(run_id)}/approvals/${encodeURIComponent(step_id)}`, { answer, comment }, { workflow: workflow_id });
