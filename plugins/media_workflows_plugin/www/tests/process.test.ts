import { beforeEach, describe, expect, it } from "vitest";

import type { JsonObject } from "../src/api/types";
import { asDefinition, atTheirFields, jobsOf, requestSchema, sourceKindOf, withSourceKind } from "../src/definition/request";
import { pairLines, pairsOf } from "../src/definition/pairs";
import type { Schema } from "../src/definition/schema";
import { sourcePlace } from "../src/definition/sourcePlace";
import { kindsOf } from "../src/definition/steps";
import { paths } from "../src/paths";
import { sourceText } from "../src/pages/process/sourceText";
import { taskPath } from "../src/pages/run/taskPath";

beforeEach(() => localStorage.setItem("i18nextLng", "en"));

const JOBS: JsonObject = { transcode: [{ template: 1 }] };

describe("the source of a request", () => {
  it("is of one kind; another kind leaves out what belongs to the first", () => {
    const objects: JsonObject = { bucket: "media", keys: ["a.mp4"], jobs: JOBS };
    expect(sourceKindOf(objects)).toBe("keys");
    const below = withSourceKind(objects, "prefix");
    expect(below).toEqual({ bucket: "media", prefix: "", jobs: JOBS });
    expect(sourceKindOf(below)).toBe("prefix");
    const url = withSourceKind({ ...below, formats: [".mp4"] }, "url");
    expect(url).toEqual({ url: "", jobs: JOBS });
    expect(sourceKindOf(url)).toBe("url");
    expect(withSourceKind(url, "keys")).toEqual({ keys: [], jobs: JOBS });
  });

  it("is found for workflows and requests", () => {
    expect(sourcePlace({ trigger: { bucket: "a", directory: "in/" } })).toEqual({ bucket: "a", directory: "in/" });
    expect(sourcePlace({ trigger: { bucket: "a", directory: null } })).toEqual({ bucket: "a", directory: "" });
    expect(sourcePlace({ bucket: "b", prefix: "x/" })).toEqual({ bucket: "b", directory: "x/" });
    expect(sourcePlace({})).toEqual({ bucket: "", directory: "" });
  });

  it("is shown in words", () => {
    const none = { url: "", bucket: "media", key: "", prefix: "", total: 1 };
    expect(sourceText({ ...none, url: "https://a.example/x.mp4" })).toBe("https://a.example/x.mp4");
    expect(sourceText({ ...none, prefix: "in/", total: 9 })).toBe("media/in/*");
    expect(sourceText({ ...none, key: "a.mp4" })).toBe("media/a.mp4");
    expect(sourceText({ ...none, key: "a.mp4", total: 3 })).toBe("media/a.mp4 and 2 more");
  });
});

describe("a request", () => {
  it("is a workflow for what shows workflows", () => {
    expect(asDefinition({ keys: ["a"], bucket: "media", jobs: JOBS, steps: null, priority: 2 })).toEqual({ name: "process", trigger: { bucket: "media", formats: ["*"] }, output: {}, jobs: JOBS, priority: 2 });
    expect(asDefinition({ url: "https://a.example/x", output: { bucket: "out", directory: "o/" }, jobs: JOBS }).trigger.bucket).toBe("out");
  });

  it("takes the jobs of a workflow, or its steps without what they cannot have", () => {
    expect(jobsOf({ name: "a", jobs: JOBS })).toEqual({ jobs: JOBS });
    expect(jobsOf({ name: "a", steps: [{ id: "hd", ...JOBS, after: ["x"], retries: 2, queue: "q" }] })).toEqual({ steps: [{ id: "hd", ...JOBS, after: ["x"] }] });
  });

  it("has no parts that need a workflow", () => {
    const items: Schema = { type: "array", items: { $ref: "#/$defs/Item" } };
    const approval: Schema = { anyOf: [{ $ref: "#/$defs/Approval" }, { type: "null" }] };
    const workflow: Schema = {
      properties: { name: {}, trigger: {}, publish: {}, airflow: {}, jobs: {}, steps: { type: "array", items: { $ref: "#/$defs/Step" } } },
      $defs: { Step: { type: "object", properties: { id: {}, retries: {}, queue: {}, transcode: items, approval } }, Item: { type: "object", properties: { template: {}, wait_for: {} } }, Approval: { type: "object", properties: { message: {} } } },
    };
    const root = requestSchema(workflow);
    expect(Object.keys(root.properties!)).toEqual(["jobs", "steps"]);
    expect(kindsOf(root).map(({ kind }) => kind)).toEqual(["transcode"]);
    expect(Object.keys(root.$defs!.Item!.properties!)).toEqual(["template"]);
    expect(kindsOf(workflow).map(({ kind }) => kind)).toEqual(["transcode", "approval"]);
  });

  it("shows a problem of the whole at its source", () => {
    const problems = ["(whole request)", "body", "keys"].map((field) => ({ field, got: "", expected: "" }));
    expect(atTheirFields(problems).map(({ field }) => field)).toEqual(["source", "source", "keys"]);
  });
});

describe("tags", () => {
  it("are lines of name=value", () => {
    const tags = { team: "news", note: "a, b=c" };
    expect(pairLines(tags)).toBe("team=news\nnote=a, b=c");
    expect(pairsOf(`${pairLines(tags)}\n\n`)).toEqual(tags);
    expect(pairsOf("alone")).toEqual({ alone: "" });
    expect(pairLines(undefined)).toBe("");
  });
});

describe("addresses", () => {
  it("lead to the form with its start, and to the one task of a request's run", () => {
    expect(paths.newProcess()).toBe("/plugin/media-workflows/process/new");
    expect(paths.newProcess({ bucket: "a", key: "x y/é.mp4" })).toBe("/plugin/media-workflows/process/new?bucket=a&key=x+y%2F%C3%A9.mp4");
    expect(taskPath({ workflow_id: "media_process", run_id: "r", request_id: "q" }, "cover")).toBe("/dags/media_process/runs/r/tasks/process");
    expect(taskPath({ workflow_id: "wf_1", run_id: "r", request_id: null }, "cover")).toBe("/dags/wf_1/runs/r/tasks/cover");
  });
});
