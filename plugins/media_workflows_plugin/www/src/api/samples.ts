// Samples of outputs of a workflow that is not stored: the server keeps nothing, the files are in the answers.
import { ask } from "./client";
import type { JsonObject, Model } from "./types";

export type SampleOutput = Model<"SampleOutput">;
export type SkippedOutput = Model<"SkippedOutput">;
export type Sample = Model<"Sample">;

export interface SampleRange {
  at_s: number | null; // null = around the middle
  length_s: number;
}

export const SAMPLE_LENGTHS_S = [10, 5, 2];

export const listOutputs = (definition: JsonObject, key: string) => ask<Model<"SamplePlan">>("dry-run/outputs", { definition, key });

// `output` null: the source, in a form that browsers play.
export const makeSample = (definition: JsonObject, key: string, range: SampleRange, output: SampleOutput | null) =>
  ask<Sample>("dry-run/sample", { definition, key, range, output: output && { step_id: output.step_id, item: output.item, rendition: output.rendition } });
