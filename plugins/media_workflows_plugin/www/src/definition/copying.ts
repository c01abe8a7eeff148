// A job, or a step, of one workflow in another: what fits, what is left out, and what does not.
import type { Json, JsonObject } from "../api/types";
import { t } from "../i18n";
import { fieldLabel, kindLabel } from "./labels";
import { resolved, type Schema } from "./schema";
import { freeId, hasSteps, idsAfter, itemsOf, kindOf, type Step, stepsIn, textAt } from "./steps";

export interface Piece {
  kind: string;
  items: JsonObject[];
  step?: Step; // what it is copied from, unless it is an item of a job
}

export interface Copied {
  definition: JsonObject; // with the piece
  notes: string[]; // what changes on the way
  conflict?: string; // why it cannot be copied
}

const STEP_NAME = /\bsteps\s*\.\s*(\w+)/g;
const NO_JOB_SETTINGS = ["after", "when", "input", "output", "on_failure", "retries", "queue"];

export function copiedInto(target: JsonObject, piece: Piece, root: Schema): Copied {
  return hasSteps(target) ? intoSteps(target, piece) : intoJobs(target, piece, root);
}

function intoSteps(target: JsonObject, { kind, items, step }: Piece): Copied {
  const steps = stepsIn(target);
  const known = new Set(["source", ...steps.map(({ id }) => id)]);
  const wanted = step?.id || kind;
  const id = freeId(steps, wanted);
  const notes = id === wanted ? [] : [t("copy.renamed", { id })];
  const made: Step = step ? { ...structuredClone(step), id } : { id, [kind]: structuredClone(items) };
  const missing = new Set<string>();
  const drop = (name: "after" | "input" | "when", names: string[]) => {
    const unknown = names.filter((one) => !known.has(one));
    if (unknown.length === 0) return;
    for (const one of unknown) missing.add(one);
    if (name === "after") made.after = idsAfter(made).filter((one) => known.has(one));
    else delete made[name];
  };
  drop("after", idsAfter(made));
  drop("input", textAt(made, "input") ? [textAt(made, "input")] : []);
  drop("when", [...textAt(made, "when").matchAll(STEP_NAME)].map((found) => found[1]!));
  if (missing.size > 0) notes.push(t("copy.without_steps", { names: [...missing].join(t("list.separator")) }));
  return { definition: { ...target, steps: [...steps, made] as Json }, notes };
}

function intoJobs(target: JsonObject, { kind, items, step }: Piece, root: Schema): Copied {
  const field = resolved(root.properties?.jobs ?? {}, root).properties?.[kind];
  if (!field) return { definition: target, notes: [], conflict: t("copy.steps_only", { kind: kindLabel(kind) }) };
  const jobs = (target.jobs ?? {}) as Record<string, Json[] | undefined>;
  const all = [...(jobs[kind] ?? []), ...structuredClone(items)];
  const most = resolved(field, root).maxItems ?? Number.POSITIVE_INFINITY;
  if (all.length > most) return { definition: target, notes: [], conflict: t("copy.full", { kind: kindLabel(kind), count: most }) };
  const lost = NO_JOB_SETTINGS.filter((name) => step && isSet(step[name]));
  const notes = lost.length > 0 ? [t("copy.without_settings", { names: lost.map(fieldLabel).join(t("list.separator")) })] : [];
  return { definition: { ...target, jobs: { ...jobs, [kind]: all } as JsonObject }, notes };
}

const isSet = (value: Json | undefined) => value !== undefined && value !== null && value !== "" && value !== "source" && !(Array.isArray(value) && value.length === 0);

// What is copied of a step.
export const pieceOf = (step: Step): Piece | undefined => (kindOf(step) ? { kind: kindOf(step), items: itemsOf(step), step } : undefined);
