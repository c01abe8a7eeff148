// A dry run: what a workflow would do with an object.
import { ask } from "./client";
import type { JsonObject, Model } from "./types";

export type PlannedOutput = Model<"PlannedOutput">;
export type PlannedJob = Model<"PlannedJob">;
export type DryRun = Model<"DryRun">;

export const dryRun = (definition: JsonObject, key: string) => ask<DryRun>("dry-run", { definition, key, calibrate: true });
