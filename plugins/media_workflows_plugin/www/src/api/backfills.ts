// Calls about backfills, and about the missed uploads of a workflow.
import { get, post } from "./client";
import type { JsonObject, Model } from "./types";

export type Backfill = Model<"Backfill">;
export type BackfillPreview = Model<"BackfillPreview">;
export type BackfillObject = Model<"BackfillObject">;
export type MissedUpload = Model<"MissedUpload">;
export type BackfillAction = "start" | "pause" | "resume" | "cancel";

const part = encodeURIComponent;
const path = (id: string, action = "") => `backfills/${part(id)}${action}`;
const missedPath = (workflow: string) => `workflows/${part(workflow)}/missed-uploads`;
const ENDED = new Set(["cancelled", "finished"]);

export const doneOf = ({ finished, failed, skipped }: Pick<Backfill, "finished" | "failed" | "skipped">) => finished + failed + skipped;
export const isMoving = ({ state, active }: Backfill) => state === "counting" || state === "running" || active > 0;
export const hasEnded = ({ state }: Backfill) => ENDED.has(state);

export const listBackfills = (offset: number, limit: number, workflow?: string) => get<Model<"BackfillPage">>("backfills", { workflow, offset, limit });
export const getBackfill = (id: string) => get<BackfillPreview>(path(id));
export const createBackfill = (workflow: string, request: JsonObject) => post<BackfillPreview>("backfills", { workflow, ...request });
export const changeBackfill = (id: string, action: BackfillAction, options: JsonObject = {}) => post<BackfillPreview>(path(id, `/${action}`), options);
export const listBackfillObjects = (id: string, state: string, after: string, limit: number) => get<Model<"BackfillObjectsAnswer">>(path(id, "/objects"), { state, after, limit });
export const listMissedUploads = (workflow: string, after: string, limit: number) => get<Model<"MissedPage">>(missedPath(workflow), { after, limit });
export const fireMissedUploads = (workflow: string, keys: string[], limits: JsonObject) => post<BackfillPreview>(missedPath(workflow), { keys: keys.length > 0 ? keys : undefined, limits });
