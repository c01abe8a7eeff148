// Addresses of the pages, and of Airflow's own.
const BASE = "/plugin/media-workflows";
const part = encodeURIComponent;

export const paths = {
  workflows: BASE,
  newWorkflow: `${BASE}/new`,
  newFromStarter: (name: string) => `${BASE}/new?starter=${part(name)}`,
  copyWorkflow: (id: string) => `${BASE}/new?copy=${part(id)}`,
  workflow: (id: string) => `${BASE}/workflows/${part(id)}`,
  editWorkflow: (id: string) => `${BASE}/workflows/${part(id)}/edit`,
  draft: (id: string) => `${BASE}/workflows/${part(id)}/draft`,
  runs: `${BASE}/runs`,
  run: (workflow: string, run: string) => `${BASE}/runs/${part(workflow)}/${part(run)}`,
  templates: `${BASE}/templates`,
  newTemplate: (kind: string, copy?: number) => `${BASE}/templates/${part(kind)}/new${copy === undefined ? "" : `?copy=${copy}`}`,
  template: (kind: string, id: number) => `${BASE}/templates/${part(kind)}/${id}`,
  words: `${BASE}/words`,
  persons: `${BASE}/persons`,
  backfills: `${BASE}/backfills`,
  backfill: (id: string) => `${BASE}/backfills/${part(id)}`,
  deliveries: `${BASE}/deliveries`,
  functionCallback: `${BASE}/function-callback`,
  airflowDag: (id: string) => `/dags/${part(id)}`,
  airflowRun: (id: string, run: string) => `/dags/${part(id)}/runs/${part(run)}`,
  airflowTask: (id: string, run: string, task: string) => `/dags/${part(id)}/runs/${part(run)}/tasks/${part(task)}`,
};
