// Each field of the forms is found by the path that the server gives its problems.
import type { ReactNode } from "react";
import { beforeEach, expect, it } from "vitest";

import type { Problem } from "../src/api/client";
import { queries } from "../src/api/queries";
import type { Json, JsonObject } from "../src/api/types";
import { fieldId } from "../src/components/fields/FieldFrame";
import { goToField } from "../src/components/fields/goToField";
import { ObjectFields } from "../src/components/fields/ObjectFields";
import { ProblemOf } from "../src/components/fields/ProblemOf";
import { UsagesField } from "../src/components/fields/UsagesField";
import { FormContext } from "../src/definition/FormContext";
import { below } from "../src/definition/path";
import { customProperty, resolved, type Schema, shapeOf, variantsOf } from "../src/definition/schema";
import { kindsOf } from "../src/definition/steps";
import { JobList } from "../src/pages/form/JobList";
import { LimitsSection } from "../src/pages/form/LimitsSection";
import { NotificationSection } from "../src/pages/form/NotificationSection";
import { OutputObjects } from "../src/pages/form/OutputObjects";
import { PlaceFields } from "../src/pages/form/PlaceFields";
import { StepList } from "../src/pages/form/steps/StepList";
import schemas from "./form_schemas.json";
import { drawn } from "./rendered";

const WORKFLOW = schemas.workflow as unknown as Schema;
const PARAMETERS = schemas.parameters as unknown as Record<string, Schema>;
const KINDS = Object.keys(PARAMETERS);

// A field as the server names it, and that of the element that it leads to: a list that is typed in one field has no other.
type Place = [field: string, at: string];

interface Part {
  value: Json | undefined; // undefined = untouched
  places: Place[];
}

// Which side of a choice is drawn: a template or parameters, and the number of the variant.
interface Way {
  isOwn: boolean;
  variant: number;
}

const WAYS: Way[] = [{ isOwn: false, variant: 0 }, ...[0, 1, 2, 3, 4, 5, 6, 7].map((variant) => ({ isOwn: true, variant }))];
const FIRST_WAYS = WAYS.slice(0, 2);

function partOf(path: string, name: string, field: Schema, root: Schema, way: Way): Part {
  const schema = resolved(field, root);
  const own: Place = [path, path];
  switch (shapeOf(schema, root)) {
    case "objects": {
      const item = objectOf(below(path, 0), resolved(schema.items!, root), root, way);
      return { value: [item.value!], places: [own, [below(path, 0), below(path, 0)], ...item.places] };
    }
    case "object": {
      const { value, places } = objectOf(path, schema, root, way);
      return { value, places: [own, ...places] };
    }
    case "variants": {
      const tag = schema.discriminator!.propertyName;
      const all = variantsOf(schema, root);
      const chosen = all[way.variant % all.length]!;
      const { value, places } = objectOf(path, chosen.schema, root, way, [tag]);
      return { value: { ...(value as JsonObject), [tag]: chosen.name }, places: [own, ...places] };
    }
    case "list":
      return { value: undefined, places: [own, [below(path, 0), path], [below(path, 7), path]] };
    case "pairs":
    case "json":
      return { value: name === "mark" || name === "parameters" ? {} : undefined, places: [own, [below(path, "of_it"), path]] };
    default:
      return { value: undefined, places: [own] };
  }
}

function objectOf(path: string, schema: Schema, root: Schema, way: Way, without: string[] = []): Part {
  const fields = Object.entries(schema.properties ?? {}).filter(([name, field]) => field.const === undefined && !without.includes(name) && !leftOut(schema, way).includes(name));
  const parts = fields.map(([name, field]) => [name, partOf(below(path, name), name, field, root, way)] as const);
  const value = Object.fromEntries(parts.flatMap(([name, part]) => (part.value === undefined ? [] : [[name, part.value]])));
  const own = way.isOwn ? customProperty(schema) : "";
  return { value: own ? { ...value, [own]: value[own] ?? {} } : value, places: parts.flatMap(([, part]) => part.places) };
}

// What the side that is not chosen has.
function leftOut(schema: Schema, { isOwn }: Way): string[] {
  const own = customProperty(schema);
  if (!own) return [];
  if (isOwn) return ["template", "override", ...(own === "mark" ? ["text", "svg"] : [])];
  return [own, ...(own === "mark" ? ["origin", "x_pos", "y_pos"] : [])];
}

// Each way that has other fields than those before it.
function waysOf(make: (way: Way) => Part, ways = WAYS): Part[] {
  const found = new Map(ways.map(make).map((part) => [JSON.stringify(part.places), part]));
  return [...found.values()];
}

const problemAt = (field: string): Problem => ({ field, got: "nothing", expected: "is required" });

function form(root: Schema, { value, places }: Part, fields: ReactNode) {
  return <FormContext value={{ value: value ?? {}, root, problems: places.map(([field]) => problemAt(field)), set: () => undefined }}>{fields}</FormContext>;
}

// The field whose element has the focus after a problem of `field`; what cannot have it, or is folded away, has none.
function reached(field: string): string | undefined {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  if (!goToField(field)) return undefined;
  const element = document.activeElement;
  const isThere = element?.matches("input, select, textarea, button, [tabindex]") && !element.closest("details:not([open])");
  return isThere ? element!.id : undefined;
}

async function expectFound(root: Schema, part: Part, fields: ReactNode): Promise<void> {
  expect(part.places.length).toBeGreaterThan(0);
  const place = await drawn(form(root, part, fields));
  expect(part.places.filter(([field, at]) => reached(field) !== fieldId(at))).toEqual([]);
  place.remove(); // its ids are those of the next way
}

beforeEach(() => {
  const items = KINDS.map((kind) => ({ kind, id: 1, name: kind, comment: "", parameters: {}, preset: true, standing: "usual", revision: 1, unavailable: [] }));
  queries.setQueryData(["templates", "all"], { items, total: items.length });
});

const jobs = resolved(WORKFLOW.properties!.jobs!, WORKFLOW);

it.each(Object.keys(jobs.properties!))("a job of the kind %s", async (kind) => {
  const list = below("jobs", kind);
  const parts = waysOf((way) => {
    const { value, places } = partOf(list, kind, jobs.properties![kind]!, WORKFLOW, way);
    return { value: { jobs: { [kind]: value! } }, places };
  }, kind === "transcode" ? WAYS : FIRST_WAYS); // watermarks, which have variants, are the same in all kinds
  for (const part of parts) await expectFound(WORKFLOW, part, <JobList />);
});

// Jobs in steps are drawn as those without: one kind of them stands for all.
const STEP_KINDS = kindsOf(WORKFLOW).filter(({ kind, isList }) => !isList || kind === "captions");

it.each(STEP_KINDS.map(({ kind }) => kind))("a step of the kind %s", async (kind) => {
  const step = resolved(resolved(WORKFLOW.properties!.steps!, WORKFLOW).items!, WORKFLOW);
  const kinds = kindsOf(WORKFLOW).map((one) => one.kind);
  const path = "steps[0]";
  const parts = waysOf((way) => {
    const job = partOf(below(path, kind), kind, step.properties![kind]!, WORKFLOW, way);
    const rest = objectOf(path, step, WORKFLOW, way, kinds);
    const value = { steps: [{ ...(rest.value as JsonObject), id: "first", [kind]: job.value ?? {} }, { id: "second", captions: [{}] }] };
    return { value, places: [["steps", "steps"], [path, path], ...job.places, ...rest.places] };
  }, kind === "notify" ? WAYS : FIRST_WAYS);
  for (const part of parts) await expectFound(WORKFLOW, part, <StepList />);
});

it("the event target", async () => {
  const parts = waysOf((way) => {
    const { value, places } = partOf("notification", "notification", WORKFLOW.properties!.notification!, WORKFLOW, way);
    return { value: { notification: value! }, places: [...places, ["priority", "priority"]] };
  });
  expect(parts.length).toBeGreaterThan(4);
  for (const part of parts) await expectFound(WORKFLOW, part, <NotificationSection />);
});

it("limits", async () => {
  const way = WAYS[0]!;
  const parts = ["budget", "retention", "airflow"].map((name) => [name, partOf(name, name, WORKFLOW.properties![name]!, WORKFLOW, way)] as const);
  const value = Object.fromEntries(parts.map(([name, part]) => [name, part.value!]));
  await expectFound(WORKFLOW, { value, places: parts.flatMap(([, part]) => part.places) }, <LimitsSection />);
});

it("places", async () => {
  const places = ["trigger", "output"].flatMap((path) => [path, ...["bucket", "directory", "region"].map((name) => below(path, name))]).map((field): Place => [field, field]);
  const objects = partOf("output.objects", "objects", resolved(WORKFLOW.properties!.output!, WORKFLOW).properties!.objects!, WORKFLOW, WAYS[0]!);
  const value = { trigger: { bucket: "b", region: "r" }, output: { region: "r", objects: objects.value! } };
  const fields = (
    <>
      <PlaceFields path="trigger" bucketHint="" directoryHint="" />
      <PlaceFields path="output" bucketHint="" directoryHint="" />
      <OutputObjects />
    </>
  );
  await expectFound(WORKFLOW, { value, places: [...places, ...objects.places] }, fields);
});

it.each(KINDS)("a template of the kind %s", async (kind) => {
  const schema = PARAMETERS[kind]!;
  const parts = waysOf((way) => {
    const { value, places } = objectOf("parameters", schema, schema, way);
    return { value: { parameters: value! }, places: [["parameters", "parameters"], ...places] };
  });
  const fields = (
    <>
      <ProblemOf path="parameters" />
      <ObjectFields path="parameters" schema={schema} />
    </>
  );
  for (const part of parts) await expectFound(schema, part, fields);
});

it("the usages of a word", async () => {
  await expectFound({}, { value: {}, places: [["usages", "usages"], ["usages[0]", "usages"]] }, <UsagesField path="usages" options={["all"]} />);
});
