// One action on many workflows; each has its own outcome.
import { post } from "./client";

export type BulkAction = "enable" | "disable" | "delete";

export interface BulkOutcome {
  id: string;
  ok: boolean;
  code?: string;
  message?: string;
  template?: string;
  parameters?: Record<string, string>;
}

export const bulk = (action: BulkAction, ids: string[]) => post<{ items: BulkOutcome[] }>("workflows/bulk", { action, ids });
