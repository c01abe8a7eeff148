// Calls about a definition that may not be stored yet.
import type { Schema } from "../definition/schema";
import { ask, get, post, type Problem } from "./client";
import type { JsonObject, Model } from "./types";

export interface Schemas {
  workflow: Schema;
  parameters: Record<string, Schema>;
  rules: Record<string, string>;
}

export type Unavailable = Model<"Unavailable">;
export type Graph = Model<"Graph">;
export type AccessStep = Model<"CheckedStep">;
export type StoredObject = Model<"BrowsedObject">;
export type Attempt = Model<"Attempt">;

const part = encodeURIComponent;

export const getSchemas = () => get<Schemas>("schema");
export const validate = (definition: JsonObject) => ask<{ problems: Problem[]; unavailable: Unavailable[] }>("workflows/validate", { definition });
export const graphOf = (definition: JsonObject) => ask<Graph>("workflows/graph", { definition });
export const listBuckets = () => get<Model<"Bucket">[]>("buckets");
export const listDirectories = (bucket: string, prefix: string) => get<string[]>(`buckets/${part(bucket)}/directories`, { prefix });
export const listObjects = (bucket: string, prefix: string) => get<Model<"ObjectPage">>(`buckets/${part(bucket)}/objects`, { prefix, limit: 100 });
export const checkAccess = (bucket: string, directory: string | null) => ask<Model<"AccessAnswer">>("check-access", { bucket, directory });
export const testNotification = (notification: JsonObject) => post<Attempt>("notification/test", { notification });
