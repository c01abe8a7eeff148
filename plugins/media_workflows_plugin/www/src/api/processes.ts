// Calls about requests for ad-hoc processing.
import type { Problem } from "./client";
import { ask, get, post } from "./client";
import type { Unavailable } from "./definition";
import type { DryRun } from "./dryRun";
import type { JsonObject, Model } from "./types";

export type Process = Model<"ProcessState">;
export type ProcessObject = Model<"ProcessObject">;

export interface ProcessFilter {
  state: string;
  since: string;
}

const part = encodeURIComponent;
const path = (id: string, action = "") => `process/${part(id)}${action}`;
const ENDED = new Set(["cancelled", "finished"]);

export const hasEnded = ({ state }: Process) => ENDED.has(state);
export const isMoving = (process: Process) => !hasEnded(process) || process.active > 0;

export const listProcesses = (filter: ProcessFilter, offset: number, limit: number) => get<Model<"ProcessPage">>("process", { ...filter, offset, limit });
export const getProcess = (id: string) => get<Process>(path(id));
export const getRequest = (id: string) => get<JsonObject>(path(id, "/request"));
export const listProcessObjects = (id: string, state: string, after: string, limit: number) => get<Model<"ProcessObjectsAnswer">>(path(id, "/objects"), { state, after, limit });
export const startProcess = (request: JsonObject) => post<Process>("process", request);
export const cancelProcess = (id: string) => post<Process>(path(id, "/cancel"));
export const validateRequest = (request: JsonObject) => ask<{ problems: Problem[]; unavailable: Unavailable[] }>("process/validate", { request });
export const dryRunRequest = (request: JsonObject, key: string, calibrate = true) => ask<DryRun>("process/dry-run", { request, key, calibrate });
