// A request for ad-hoc processing: its kinds of sources, its schema, and what it has in common with a workflow.
import type { Problem } from "../api/client";
import type { Definition, Json, JsonObject } from "../api/types";
import { modelName, resolved, type Schema } from "./schema";
import { hasSteps, stepsIn } from "./steps";

export type SourceKind = "keys" | "prefix" | "url";

// What a request says of its sources, by the kind.
const FIELDS: Record<SourceKind, string[]> = { keys: ["bucket", "keys"], prefix: ["bucket", "prefix", "formats"], url: ["url"] };
export const SOURCE_KINDS = Object.keys(FIELDS) as SourceKind[];
// Its steps are one task, and it waits for no object and no person.
const NOT_OF_STEPS = ["approval", "retries", "queue"];
const NOT_OF_ITEMS = ["wait_for"];
const NOT_OF_REQUESTS = ["name", "trigger", "publish", "budget", "retention", "airflow", "vendor"];
const ALL_KEYS = "*";
// How the server names the request as a whole.
const WHOLE = new Set(["body", "(whole request)"]);

export function sourceKindOf(request: JsonObject): SourceKind {
  if (request.url !== undefined && request.url !== null) return "url";
  return typeof request.prefix === "string" ? "prefix" : "keys";
}

// The request with another kind of source; the fields of the others are left out.
export function withSourceKind(request: JsonObject, kind: SourceKind): JsonObject {
  const others = SOURCE_KINDS.flatMap((one) => FIELDS[one]).filter((name) => !FIELDS[kind].includes(name));
  const rest = Object.fromEntries(Object.entries(request).filter(([name]) => !others.includes(name)));
  return { ...rest, ...(kind === "keys" ? { keys: rest.keys ?? [] } : { [kind]: rest[kind] ?? "" }) };
}

const without = (properties: Record<string, Schema> | undefined, names: string[]) => Object.fromEntries(Object.entries(properties ?? {}).filter(([name]) => !names.includes(name)));

// The schema of workflows without what a request does not have.
export function requestSchema(workflow: Schema): Schema {
  const step = modelName(resolved(workflow.properties?.steps ?? {}, workflow).items ?? {});
  const defs = Object.entries(workflow.$defs ?? {}).map(([name, schema]) => [name, schema.properties ? { ...schema, properties: without(schema.properties, name === step ? NOT_OF_STEPS : NOT_OF_ITEMS) } : schema]);
  return { ...workflow, properties: without(workflow.properties, NOT_OF_REQUESTS), $defs: Object.fromEntries(defs) as Record<string, Schema> };
}

// The request as a workflow, as the server makes it, for what shows workflows.
export function asDefinition(request: JsonObject): Definition {
  const { output = {}, jobs, steps, notification, priority } = request;
  const bucket = String(request.bucket ?? (output as JsonObject).bucket ?? "");
  const made = { jobs, steps, notification, priority };
  const given = Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined && value !== null)) as JsonObject;
  return { name: "process", trigger: { bucket, formats: [ALL_KEYS] }, output: output as JsonObject, ...given };
}

// The jobs or steps of a workflow, for a request.
export function jobsOf(definition: JsonObject): JsonObject {
  if (!hasSteps(definition)) return { jobs: definition.jobs ?? {} };
  const steps = stepsIn(definition).map((step) => Object.fromEntries(Object.entries(step).filter(([name]) => name !== "retries" && name !== "queue")));
  return { steps: steps as Json };
}

// A problem of the request as a whole is one of its source.
export const fieldOf = (field: string) => (WHOLE.has(field) ? "source" : field);
export const atTheirFields = (problems: Problem[]): Problem[] => problems.map((problem) => ({ ...problem, field: fieldOf(problem.field) }));
