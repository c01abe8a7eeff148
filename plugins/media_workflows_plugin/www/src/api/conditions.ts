// Calls about conditions.
import { get, post } from "./client";
import type { Model } from "./types";

export type ConditionVariable = Model<"ConditionVariable">;
export type ConditionTrial = Model<"ConditionTrial">;

export const listVariables = () => get<ConditionVariable[]>("conditions/variables");
export const tryCondition = (expression: string, bucket?: string, key?: string) => post<ConditionTrial>("conditions/try", { expression, bucket, key });
