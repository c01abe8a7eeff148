// The API's answers. Times are ISO 8601 with zone.
export interface Page<Item> {
  total: number;
  items: Item[];
}

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export interface Definition extends JsonObject {
  name: string;
  trigger: JsonObject & { bucket: string };
  output: JsonObject;
  jobs: { [kind: string]: JsonObject[] };
}

export interface LastRun {
  run_id: string;
  state: string;
  queued_at: string | null;
  ended_at: string | null;
}

export interface Workflow {
  id: string;
  enabled: boolean;
  revision: number;
  created_at: string;
  updated_at: string;
  definition: Definition;
  region?: string | null;
  last_run?: LastRun | null;
  failures_24h?: number;
}

export interface Me {
  name: string;
  can_edit: boolean;
  can_delete: boolean;
  can_run: boolean;
  can_change_runs: boolean;
}
