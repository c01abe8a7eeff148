// A frame of an output of a workflow that is not stored, and where its overlays are.
import { ask } from "./client";
import type { JsonObject, Model } from "./types";

export type OverlayFrame = Model<"OverlayFrame">;
export type OverlayOutput = Model<"OverlayOutput">;

export const showFrame = (definition: JsonObject, key: string, output: OverlayOutput, at_s: number) => ask<OverlayFrame>("dry-run/frame", { definition, key, output, at_s });
