// Calls about two runs, or two revisions of a workflow, side by side.
import { get } from "./client";
import type { Model } from "./types";

export type Comparison = Model<"Comparison">;
export type ComparedRun = Model<"ComparedRun">;
export type ComparedPair = Model<"ComparedPair">;
export type ComparedItem = Model<"ComparedItem">;

export interface Side {
  workflow: string;
  run: string;
}

export const compareRuns = (left: Side, right: Side) =>
  get<Comparison>("comparison", { left_workflow: left.workflow, left: left.run, right_workflow: right.workflow, right: right.run });
export const revisionRuns = (workflow: string, left: number, right: number) => get<Model<"RevisionRuns">>(`workflows/${encodeURIComponent(workflow)}/revision-runs`, { left, right });
