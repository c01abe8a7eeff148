// Calls about the template library.
import { get, post, put, remove } from "./client";
import type { JsonObject, Model, Page } from "./types";

export type Template = Omit<Model<"TemplateAnswer">, "parameters"> & { parameters: JsonObject };
export type TemplateWithUsers = Template & Pick<Model<"TemplateWithUsers">, "used_by">;
export type TemplateDefinition = Pick<Template, "kind" | "name" | "comment" | "parameters">;

const path = (kind: string, id: number) => `templates/${encodeURIComponent(kind)}/${id}`;

export const listTemplates = () => get<Page<Template>>("templates", { limit: 1000 });
export const getTemplate = (kind: string, id: number) => get<TemplateWithUsers>(path(kind, id));
export const createTemplate = (definition: TemplateDefinition) => post<Template>("templates", definition);
export const updateTemplate = (id: number, revision: number, definition: TemplateDefinition) => put<Template>(path(definition.kind, id), { revision, definition });
export const deleteTemplate = (kind: string, id: number) => remove(path(kind, id));
