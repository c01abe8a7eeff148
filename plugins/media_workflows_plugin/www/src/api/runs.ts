// Calls about runs and the files of one.
import { get, post } from "./client";
import type { JsonObject, Model } from "./types";

export type MediaFile = Model<"MediaFile">;
export type Progress = Model<"JobProgress">;
export type ItemReport = Model<"ItemReport">;
export type JobReport = Model<"JobReport">;
export type ActionReport = Model<"ActionReport">;
export type RunReport = Omit<Model<"RunReport">, "task"> & { task: JsonObject };
export type RunRow = Model<"RunRow">;
export type Waiting = Model<"Waiting">;
export type RunFile = Model<"LinkedFile">;

// Left out of the answer where it is the kind.
export const stepIdOf = (step: JobReport | ActionReport) => step.step_id || step.kind;

const path = (run: string, action = "") => `runs/${encodeURIComponent(run)}${action}`;
export const UNFINISHED = new Set(["queued", "running"]);

export interface RunFilter {
  workflow?: string;
  state?: string;
  since?: string;
  ended_since?: string;
  cause?: string;
  search?: string;
}

export type RunAction = Model<"RunsRequest">["action"];

const BULK_LIMIT = 100; // of one call
export const LIST_LIMIT = 1_000; // of one call

export const listRuns = (filter: RunFilter, offset: number, limit: number) => get<Model<"RunsAnswer">>("runs", { ...filter, results: false, offset, limit });
export const listCauses = (filter: RunFilter) => get<Model<"CauseCount">[]>("runs/causes", { ...filter });

// One call after the other, so that many runs do not keep the server from other work.
export async function changeRuns(action: RunAction, rows: Pick<RunRow, "workflow_id" | "run_id">[]): Promise<Model<"RunOutcome">[]> {
  const outcomes = [];
  for (let from = 0; from < rows.length; from += BULK_LIMIT) {
    const runs = rows.slice(from, from + BULK_LIMIT).map(({ workflow_id, run_id }) => ({ workflow: workflow_id, run: run_id }));
    outcomes.push(...(await post<Model<"RunsOutcome">>("runs/bulk", { action, runs })).items);
  }
  return outcomes;
}

export const getRun = (workflow: string, run: string) => get<RunReport>(path(run), { workflow });
export const listFiles = (workflow: string, run: string) => get<Model<"LinkedFiles">>(path(run, "/files"), { workflow, limit: 200 });
export const cancelRun = (workflow: string, run: string) => post<RunReport>(path(run, "/cancel"), {}, { workflow });
export const retryRun = (workflow: string, run: string, force: boolean) => post<RunReport>(path(run, "/retry"), { force }, { workflow });
