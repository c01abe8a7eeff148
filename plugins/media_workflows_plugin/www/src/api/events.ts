// Calls about events, their deliveries and the function callback.
import { get, post, put, remove } from "./client";
import type { Attempt } from "./definition";
import type { JsonObject, Page } from "./types";

export type DeliveryState = "pending" | "delivered" | "dead";

export interface Delivery {
  id: number;
  event_id: string;
  workflow_id: string;
  run_id: string;
  kind: string;
  role: "workflow" | "function";
  address: string;
  state: DeliveryState;
  attempts: number;
  created_at: string;
  due_at: string;
  ended_at: string | null;
  last: Attempt | null;
}

export interface EventHistory {
  event: { id: string; workflow_id: string; run_id: string; kind: string; body: string; created_at: string };
  deliveries: Delivery[];
  attempts: Record<string, Attempt[]>;
}

export interface DeliveryQuery {
  workflow?: string;
  run?: string;
  state?: string;
  offset: number;
  limit: number;
}

export interface FunctionCallback {
  target: JsonObject | null;
  source: "store" | "settings" | "none";
  author: string;
}

export const listDeliveries = (query: DeliveryQuery) => get<Page<Delivery>>("deliveries", { ...query });
export const getEvent = (id: string) => get<EventHistory>(`events/${encodeURIComponent(id)}`);
export const resendEvents = (event_ids: string[]) => post<{ queued: number }>("deliveries/resend", { event_ids });
export const resendDead = (workflow: string) => post<{ queued: number }>("deliveries/resend", { workflow, state: "dead" });
export const getFunctionCallback = () => get<FunctionCallback>("function-callback");
export const setFunctionCallback = (target: JsonObject | null) => put<FunctionCallback>("function-callback", target);
export const forgetFunctionCallback = () => remove("function-callback");
export const testFunctionCallback = () => post<Attempt>("function-callback/test");
