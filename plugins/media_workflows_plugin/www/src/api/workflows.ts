// Calls about workflows.
import { get, post, put, remove } from "./client";
import type { Definition, Model, Page, Workflow, WorkflowDetail } from "./types";

export interface WorkflowQuery {
  search: string;
  order: "asc" | "desc";
  enabled?: string;
  failing?: boolean;
  bucket?: string;
  offset: number;
  limit: number;
}

const path = (id: string, action = "") => `workflows/${encodeURIComponent(id)}${action}`;

export const listWorkflows = (query: WorkflowQuery) => get<Page<Workflow> & { buckets: string[] }>("workflows", { ...query });
export const getWorkflow = (id: string) => get<WorkflowDetail>(path(id));
export const createWorkflow = (definition: Definition) => post<WorkflowDetail>("workflows", definition);
export const updateWorkflow = (id: string, revision: number, definition: Definition) => put<WorkflowDetail>(path(id), { revision, definition });
export const deleteWorkflow = (id: string) => remove(path(id));
export const setEnabled = (id: string, enabled: boolean) => post<WorkflowDetail>(path(id, enabled ? "/enable" : "/disable"));

export type Revision = Model<"Revision">;
export type Counters = Model<"CountersAnswer">;
export type Detection = Model<"Detection">;
export type UploadDecision = Model<"UploadAnswer">;

export const listRevisions = (id: string) => get<Revision[]>(path(id, "/revisions"));
export const getRevision = (id: string, number: number) => get<Revision & { definition: Definition | null }>(path(id, `/revisions/${number}`));
export const getCounters = (id: string) => get<Counters>(path(id, "/counters"), { hours: 24 });
export const getDetection = (id: string) => get<Detection>(path(id, "/detection"));
export const listUploads = (workflow: string, offset: number, limit: number, key?: string) => get<Model<"UploadsAnswer">>("uploads", { workflow, offset, limit, key });
