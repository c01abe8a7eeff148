// The API's answers, by its declared models (generated.ts). Times are ISO 8601 with zone.
import type { components } from "./generated";

export type Model<Name extends keyof components["schemas"]> = components["schemas"][Name];

export interface Page<Item> {
  total: number;
  items: Item[];
}

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

// Its jobs, or its steps, are read by definition/steps.ts.
export interface Definition extends JsonObject {
  name: string;
  trigger: JsonObject & { bucket: string };
  output: JsonObject;
}

export type LastRun = Model<"DagRunSummary">;

export type Workflow = Omit<Model<"WorkflowAnswer">, "definition"> & { definition: Definition };
export type WorkflowDetail = Workflow & Pick<Model<"WorkflowDetail">, "unavailable" | "draft">;
export type Me = Omit<Model<"MeAnswer">, "language">; // the pages go by the language of Airflow's UI
