// Calls about events, their deliveries and the function callback.
import { get, post, put, remove } from "./client";
import type { Attempt } from "./definition";
import type { JsonObject, Model } from "./types";

export type DeliveryState = Delivery["state"];
export type Delivery = Model<"Delivery">;
export type EventHistory = Model<"EventHistory">;

export interface DeliveryQuery {
  workflow?: string;
  run?: string;
  state?: string;
  since?: string;
  answer?: string;
  search?: string;
  offset: number;
  limit: number;
}

export type FunctionCallback = Omit<Model<"FunctionCallbackStatus">, "target"> & { target: JsonObject | null };

export const listDeliveries = (query: DeliveryQuery) => get<Model<"DeliveryPage">>("deliveries", { ...query });
export const getEvent = (id: string) => get<EventHistory>(`events/${encodeURIComponent(id)}`);
export const resendEvents = (event_ids: string[]) => post<Model<"ResendAnswer">>("deliveries/resend", { event_ids });
export const resendDead = (workflow: string) => post<Model<"ResendAnswer">>("deliveries/resend", { workflow, state: "dead" });
export const getFunctionCallback = () => get<FunctionCallback>("function-callback");
export const setFunctionCallback = (version: string, target: JsonObject | null) => put<FunctionCallback>("function-callback", { target, version });
export const forgetFunctionCallback = (version: string) => remove(`function-callback?version=${encodeURIComponent(version)}`);
export const testFunctionCallback = () => post<Attempt>("function-callback/test");
