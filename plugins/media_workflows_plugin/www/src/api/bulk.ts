// One action on many workflows; each has its own outcome.
import { post } from "./client";
import type { Model } from "./types";

export type BulkAction = "enable" | "disable" | "delete";
export type BulkOutcome = Model<"BulkItem">;

export const bulk = (action: BulkAction, ids: string[]) => post<Model<"BulkAnswer">>("workflows/bulk", { action, ids });
