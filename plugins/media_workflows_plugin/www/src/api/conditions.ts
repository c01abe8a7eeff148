// Calls about conditions.
import { ask, get } from "./client";
import type { Step } from "../definition/steps";
import type { Model } from "./types";

export type ConditionVariable = Model<"ConditionVariable">;
export type ConditionTrial = Model<"ConditionTrial">;

export const listVariables = () => get<ConditionVariable[]>("conditions/variables");
export const tryCondition = (expression: string, bucket?: string, key?: string) => ask<ConditionTrial>("conditions/try", { expression, bucket, key });
// As the condition of a step, with what a run has made so far.
export const tryOnRun = (expression: string, workflow: string, run: string, steps: Step[], step: string) => ask<ConditionTrial>("conditions/try", { expression, workflow, run, steps, step });
