// Addresses of the pages, and of Airflow's own.
import { withAnswers } from "./api/starters";

const BASE = "/plugin/media-workflows";
const part = encodeURIComponent;

export const paths = {
  home: BASE,
  workflows: `${BASE}/workflows`,
  newWorkflow: `${BASE}/new`,
  start: `${BASE}/start`,
  goal: (name: string) => `${BASE}/start/${part(name)}`,
  newFromStarter: (name: string, answers: string[] = []) => withAnswers(`${BASE}/new?starter=${part(name)}`, answers),
  copyWorkflow: (id: string) => `${BASE}/new?copy=${part(id)}`,
  workflow: (id: string) => `${BASE}/workflows/${part(id)}`,
  missedUploads: (id: string) => `${BASE}/workflows/${part(id)}?tab=missed`,
  editWorkflow: (id: string) => `${BASE}/workflows/${part(id)}/edit`,
  draft: (id: string) => `${BASE}/workflows/${part(id)}/draft`,
  runs: `${BASE}/runs`,
  runsWhere: (filter: Record<string, string>) => `${BASE}/runs?${new URLSearchParams(filter)}`,
  run: (workflow: string, run: string) => `${BASE}/runs/${part(workflow)}/${part(run)}`,
  reviews: `${BASE}/reviews`,
  // `only`: the workflow whose runs are reviewed one after the other, '' = all
  review: (workflow: string, run: string, only = "") => `${BASE}/reviews/${part(workflow)}/${part(run)}${only && `?workflow=${part(only)}`}`,
  compare: (left: string, right = "") => `${BASE}/compare?left=${part(left)}${right && `&right=${part(right)}`}`, // each "workflow run"
  compareRevisions: (workflow: string, from: number, to: number) => `${BASE}/compare?workflow=${part(workflow)}&from=${from}&to=${to}`,
  templates: `${BASE}/templates`,
  newTemplate: (kind: string, copy?: number) => `${BASE}/templates/${part(kind)}/new${copy === undefined ? "" : `?copy=${copy}`}`,
  template: (kind: string, id: number) => `${BASE}/templates/${part(kind)}/${id}`,
  words: `${BASE}/words`,
  persons: `${BASE}/persons`,
  backfills: `${BASE}/backfills`,
  backfill: (id: string) => `${BASE}/backfills/${part(id)}`,
  processes: `${BASE}/process`,
  newProcess: (start: Record<string, string> = {}) => `${BASE}/process/new${Object.keys(start).length > 0 ? `?${new URLSearchParams(start)}` : ""}`,
  process: (id: string) => `${BASE}/process/requests/${part(id)}`,
  deliveries: `${BASE}/deliveries`,
  deliveriesWhere: (filter: Record<string, string>) => `${BASE}/deliveries?${new URLSearchParams(filter)}`,
  functionCallback: `${BASE}/function-callback`,
  costs: `${BASE}/costs`,
  keys: `${BASE}/keys`,
  airflowDag: (id: string) => `/dags/${part(id)}`,
  airflowRun: (id: string, run: string) => `/dags/${part(id)}/runs/${part(run)}`,
  airflowTask: (id: string, run: string, task: string) => `/dags/${part(id)}/runs/${part(run)}/tasks/${part(task)}`,
};
