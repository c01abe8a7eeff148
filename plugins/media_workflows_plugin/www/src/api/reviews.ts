// Calls about reviews of runs by persons.
import { get, post } from "./client";
import type { Model } from "./types";

export type ReviewRow = Model<"ReviewRow">;
export type DeskReview = Model<"DeskReview">;
export type ReviewedFinding = Model<"ReviewedFinding">;
export type RunDecision = Model<"RunDecision">;
export type Verdict = RunDecision["verdict"];
export type ReviewState = "open" | "decided";

interface RunPlace {
  workflow: string;
  run: string;
}

const path = (run: string, action = "") => `runs/${encodeURIComponent(run)}/review${action}`;

export const listReviews = (state: ReviewState, workflow: string, offset: number, limit: number) => get<Model<"ReviewRows">>("reviews", { state, workflow, offset, limit });
export const getReview = ({ workflow, run }: RunPlace) => get<DeskReview>(path(run), { workflow });
export const decideFindings = ({ workflow, run }: RunPlace, ids: string[], decision: { verdict?: Verdict; note?: string }) =>
  post<DeskReview>(path(run, "/findings"), { ids, ...decision }, { workflow });
export const decideRun = ({ workflow, run }: RunPlace, verdict: Verdict, note: string) => post<DeskReview>(path(run), { verdict, note }, { workflow });
