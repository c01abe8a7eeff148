// Calls about the draft of a workflow.
import { get, post, put, remove } from "./client";
import type { Definition, Model, Workflow } from "./types";

export type Draft = Model<"Draft">;
export type DraftWithDefinition = Omit<Model<"DraftWithDefinition">, "definition"> & { definition: Definition };

const path = (id: string, action = "") => `workflows/${encodeURIComponent(id)}/draft${action}`;

export const getDraft = (id: string) => get<DraftWithDefinition>(path(id));
export const saveDraft = (id: string, number: number, base_revision: number, definition: Definition) => put<DraftWithDefinition>(path(id), { number, base_revision, definition });
export const applyDraft = (id: string, number: number) => post<Workflow>(path(id, "/apply"), { number });
export const discardDraft = (id: string) => remove(path(id));
