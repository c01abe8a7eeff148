// The steps of a workflow: read, made from jobs, renamed, reordered.
import type { Json, JsonObject } from "../api/types";
import { emptyObject, resolved, type Schema, shapeOf, variantsOf } from "./schema";

export type Step = JsonObject & { id: string };

export const SOURCE = "source";
// What a step has beside its job.
const SETTINGS = ["id", "after", "when", "input", "output", "on_failure", "retries", "queue"];
const MEDIA_KINDS = new Set(["transcode"]); // their main output is media that another step can read
const WITH_ID = (id: string) => new RegExp(`\\bsteps\\s*\\.\\s*${id}\\b`, "g");

export interface StepKind {
  kind: string;
  schema: Schema & { nullable: boolean };
  isList: boolean; // of items; else one object
}

// The job kinds of a step, as the model has them: a list of items, or one object that may be missing.
export function kindsOf(root: Schema): StepKind[] {
  const step = resolved(resolved(root.properties?.steps ?? {}, root).items ?? {}, root);
  return Object.entries(step.properties ?? {}).flatMap(([kind, field]) => {
    const schema = resolved(field, root);
    const shape = shapeOf(schema, root);
    const isKind = shape === "objects" || (schema.nullable && (shape === "object" || shape === "variants"));
    return isKind && !SETTINGS.includes(kind) ? [{ kind, schema, isList: shape === "objects" }] : [];
  });
}

// What a new job of this kind begins with; `template` is the kind's first.
export function emptyJob({ schema, isList }: StepKind, root: Schema, template?: number): Json {
  if (isList) return [template === undefined ? {} : { template }];
  const first = variantsOf(schema, root)[0];
  return first ? { [schema.discriminator?.propertyName ?? "type"]: first.name } : emptyObject(schema);
}

const isJob = (value: Json | undefined) => value !== null && typeof value === "object" && (!Array.isArray(value) || value.length > 0);

export const kindOf = (step: JsonObject) => Object.keys(step).find((name) => !SETTINGS.includes(name) && isJob(step[name])) ?? "";

export function itemsOf(step: JsonObject): JsonObject[] {
  const job = step[kindOf(step)] ?? [];
  return (Array.isArray(job) ? job : [job]) as JsonObject[];
}

export const withoutJob = (step: Step): Step => Object.fromEntries(Object.entries(step).filter(([name]) => SETTINGS.includes(name))) as Step;

export const makesMedia = (step: JsonObject) => MEDIA_KINDS.has(kindOf(step));
export const textAt = (step: JsonObject, name: string) => (typeof step[name] === "string" ? (step[name] as string) : "");
export const idsAfter = (step: JsonObject) => (Array.isArray(step.after) ? step.after.map(String) : []);
export const inputOf = (step: JsonObject) => textAt(step, "input") || SOURCE;

// The ids that a step is directly after; its input is one of them.
export const directlyBefore = (step: JsonObject) => [...new Set([...idsAfter(step), ...(inputOf(step) === SOURCE ? [] : [inputOf(step)])])];

const isObject = (value: Json | undefined): value is JsonObject => value !== null && typeof value === "object" && !Array.isArray(value);

export const hasSteps = (definition: Json): boolean => isObject(definition) && Array.isArray(definition.steps);

// The steps as they are written.
export function stepsIn(definition: Json): Step[] {
  const steps = isObject(definition) && Array.isArray(definition.steps) ? definition.steps : [];
  return steps.map((step) => (isObject(step) ? { ...step, id: textAt(step, "id") } : { id: "" }));
}

// A single item may be written without its list; the form has lists.
export function withLists(definition: Json, root: Schema): Json {
  if (!hasSteps(definition)) return definition;
  const lists = kindsOf(root).filter(({ isList }) => isList).map(({ kind }) => kind);
  const listed = (step: JsonObject) => Object.fromEntries(Object.entries(step).map(([name, value]) => [name, lists.includes(name) && isObject(value) ? [value] : value]));
  return { ...(definition as JsonObject), steps: stepsIn(definition).map(listed) };
}

// Jobs as steps: one of each kind, with its name as the id.
export function fromJobs(jobs: Json | undefined): Step[] {
  return Object.entries(isObject(jobs) ? jobs : {}).flatMap(([kind, items]) => (isJob(items) ? [{ id: kind, [kind]: items }] : []));
}

const isUnset = (value: Json | undefined): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.values(value).every(isUnset));

function isPlain(step: Step): boolean {
  const { after, when, output, retries, queue, on_failure } = step;
  return step.id === kindOf(step) && inputOf(step) === SOURCE && [after, when, output, retries, queue].every(isUnset) && (isUnset(on_failure) || on_failure === "fail");
}

// Steps as jobs; undefined = something would be lost.
export function toJobs(steps: Step[]): JsonObject | undefined {
  if (!steps.every(isPlain) || new Set(steps.map(kindOf)).size < steps.length) return undefined;
  return Object.fromEntries(steps.map((step) => [kindOf(step), step[kindOf(step)]!]));
}

// The steps that have ended before this one begins, in the order of the list.
export function stepsBefore(steps: Step[], id: string): Step[] {
  const found = new Set<string>();
  const waiting = [id];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const before of steps.filter((step) => step.id === at).flatMap(directlyBefore))
      if (!found.has(before)) {
        found.add(before);
        waiting.push(before);
      }
  return steps.filter((step) => found.has(step.id));
}

// Whether `id` may be placed before `later` without a cycle.
export const mayPrecede = (steps: Step[], id: string, later: string) => id !== later && !stepsBefore(steps, id).some((step) => step.id === later);

export function freeId(steps: Step[], wanted: string): string {
  const taken = new Set(steps.map((step) => step.id));
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}_${number}`)) number++;
  return `${wanted}_${number}`;
}

// The other steps, which name this one, follow its new id.
export function renamed(steps: Step[], from: string, to: string): Step[] {
  return steps.map((step) => {
    const changed: Step = { ...step };
    if (idsAfter(step).includes(from)) changed.after = idsAfter(step).map((id) => (id === from ? to : id));
    if (step.input === from) changed.input = to;
    if (typeof step.when === "string") changed.when = step.when.replace(WITH_ID(from), `steps.${to}`);
    return changed;
  });
}

// Without the step at `index`, and without the places that name it.
export function removed(steps: Step[], index: number): Step[] {
  const id = steps[index]?.id;
  return steps.filter((_, at) => at !== index).map((step) => disconnected(step, id ?? ""));
}

export function connected(step: Step, before: string): Step {
  return idsAfter(step).includes(before) ? step : { ...step, after: [...idsAfter(step), before] };
}

export function disconnected(step: Step, before: string): Step {
  const { input, ...rest } = step;
  const after = idsAfter(step).filter((id) => id !== before);
  return { ...rest, ...(step.after === undefined ? {} : { after }), ...(input === undefined || input === before ? {} : { input }) } as Step;
}

export function inserted(steps: Step[], at: number, step: Step): Step[] {
  return [...steps.slice(0, at), step, ...steps.slice(at)];
}
