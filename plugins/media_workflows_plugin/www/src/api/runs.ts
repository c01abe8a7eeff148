// Calls about runs and the files of one.
import { get, post } from "./client";
import type { JsonObject, Model } from "./types";

export type MediaFile = Model<"MediaFile">;
export type Progress = Model<"JobProgress">;
export type ItemReport = Model<"ItemReport">;
export type JobReport = Model<"JobReport">;
export type ActionReport = Model<"ActionReport">;
export type RunReport = Omit<Model<"RunReport">, "task"> & { task: JsonObject };
export type RunRow = Model<"RunAnswer">;
export type RunFile = Model<"LinkedFile">;

// Left out of the answer where it is the kind.
export const stepIdOf = (step: JobReport | ActionReport) => step.step_id || step.kind;

const path = (run: string, action = "") => `runs/${encodeURIComponent(run)}${action}`;
export const UNFINISHED = new Set(["queued", "running"]);

export const listRuns = (workflow: string, offset: number, limit: number) => get<Model<"RunsAnswer">>("runs", { workflow, offset, limit });
export const recentRuns = (limit: number) => get<Model<"RecentRunsAnswer">>("runs/recent", { limit });
export const getRun = (workflow: string, run: string) => get<RunReport>(path(run), { workflow });
export const listFiles = (workflow: string, run: string) => get<Model<"LinkedFiles">>(path(run, "/files"), { workflow, limit: 200 });
export const cancelRun = (workflow: string, run: string) => post<RunReport>(path(run, "/cancel"), {}, { workflow });
export const retryRun = (workflow: string, run: string, force: boolean) => post<RunReport>(path(run, "/retry"), { force }, { workflow });
