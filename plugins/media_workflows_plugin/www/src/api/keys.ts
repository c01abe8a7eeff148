// Calls about the user's own API keys (media_workflows.domain.api_keys).
import { get, post, remove } from "./client";
import type { Model } from "./types";

export type ApiKey = Model<"ApiKey">;
export type CreatedApiKey = Model<"CreatedApiKey">;

export interface NewApiKey {
  name: string;
  days: number;
}

export const listKeys = async () => (await get<{ items: ApiKey[] }>("keys")).items;
export const createKey = (key: NewApiKey) => post<CreatedApiKey>("keys", { ...key });
export const revokeKey = (secretId: string) => remove(`keys/${encodeURIComponent(secretId)}`);
