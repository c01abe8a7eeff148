// Calls about a definition that may not be stored yet.
import type { Schema } from "../definition/schema";
import { get, post, type Problem } from "./client";
import type { JsonObject } from "./types";

export interface Schemas {
  workflow: Schema;
  parameters: Record<string, Schema>;
  rules: Record<string, string>;
}

export interface Graph {
  nodes: { id: string; label: string; kind: string; items: { template: number | null; name: string }[] }[];
  edges: [string, string][];
}

export interface AccessStep {
  step: "list" | "write" | "read" | "delete";
  ok: boolean;
  message: string;
}

export interface StoredObject {
  key: string;
  size_bytes: number;
  last_modified: string;
}

export interface Attempt {
  number: number;
  begun_at: string;
  latency_s: number;
  status: number | null;
  answer: string;
  error: string;
}

const part = encodeURIComponent;

export const getSchemas = () => get<Schemas>("schema");
export const validate = (definition: JsonObject) => post<{ problems: Problem[] }>("workflows/validate", { definition });
export const graphOf = (definition: JsonObject) => post<Graph>("workflows/graph", { definition });
export const listBuckets = () => get<{ name: string; region: string | null }[]>("buckets");
export const listDirectories = (bucket: string, prefix: string) => get<string[]>(`buckets/${part(bucket)}/directories`, { prefix });
export const listObjects = (bucket: string, prefix: string) => get<{ items: StoredObject[]; truncated: boolean }>(`buckets/${part(bucket)}/objects`, { prefix, limit: 100 });
export const checkAccess = (bucket: string, directory: string | null) => post<{ steps: AccessStep[] }>("check-access", { bucket, directory });
export const testNotification = (notification: JsonObject) => post<Attempt>("notification/test", { notification });
