import { beforeEach, describe, expect, it } from "vitest";

import type { ConditionTrial } from "../src/api/conditions";
import type { JsonObject } from "../src/api/types";
import { matching, namesAfter, readsOnlySource, typedName } from "../src/definition/conditionNames";
import { moved } from "../src/definition/lists";
import type { Schema } from "../src/definition/schema";
import { connected, disconnected, emptyJob, freeId, fromJobs, hasSteps, kindOf, kindsOf, mayPrecede, removed, renamed, type Step, stepsBefore, toJobs, withLists } from "../src/definition/steps";
import { placesOf } from "../src/canvas/layout";
import { edgesOf } from "../src/components/canvas/edges";
import { outcomeText } from "../src/pages/form/steps/outcomeText";

beforeEach(() => localStorage.setItem("i18nextLng", "en"));

const root: Schema = {
  properties: { steps: { type: "array", items: { $ref: "#/$defs/Step" } } },
  $defs: {
    Step: {
      type: "object",
      properties: {
        id: { type: "string" },
        after: { type: "array", items: { type: "string" } },
        transcode: { type: "array", items: { $ref: "#/$defs/Item" } },
        approval: { anyOf: [{ $ref: "#/$defs/Approval" }, { type: "null" }] },
        notify: { anyOf: [{ oneOf: [{ $ref: "#/$defs/Http" }], discriminator: { propertyName: "type", mapping: { http: "#/$defs/Http" } } }, { type: "null" }] },
        output: { $ref: "#/$defs/Output" },
        retries: { anyOf: [{ type: "integer" }, { type: "null" }] },
      },
    },
    Item: { type: "object", properties: { template: { type: "integer" } } },
    Approval: { type: "object", properties: { message: { type: "string" } } },
    Http: { type: "object", properties: { type: { const: "http" } } },
    Output: { type: "object", properties: { bucket: { type: "string" } } },
    QualityControlParameters: { type: "object", properties: { black_screen: {} } },
  },
};

// check → hd, sd → join; covers reads hd.
const diamond: Step[] = [
  { id: "check", after: [], quality_control: [{ template: 10 }], transcode: [] },
  { id: "hd", after: ["check"], when: "source.short_edge >= 1080", transcode: [{ template: 100040 }] },
  { id: "sd", after: ["check"], transcode: [{ template: 100020 }] },
  { id: "covers", input: "hd", sample_snapshot: [{ template: 10 }] },
  { id: "join", after: ["hd", "sd"], when: "steps.hd.status == 'success' && steps.hdr == 1", image_sprite: [{ template: 10 }] },
];

describe("the kinds of a step", () => {
  it("are those of the model: lists of items, and objects that may be missing", () => {
    expect(kindsOf(root).map(({ kind, isList }) => [kind, isList])).toEqual([["transcode", true], ["approval", false], ["notify", false]]);
  });

  it("begin with what makes them valid", () => {
    const [transcode, approval, notify] = kindsOf(root);
    expect(emptyJob(transcode!, root, 100010)).toEqual([{ template: 100010 }]);
    expect(emptyJob(approval!, root)).toEqual({});
    expect(emptyJob(notify!, root)).toEqual({ type: "http" });
  });

  it("are read from a step, whose other kinds are empty", () => {
    expect(diamond.map(kindOf)).toEqual(["quality_control", "transcode", "transcode", "sample_snapshot", "image_sprite"]);
    expect(kindOf({ id: "a", after: ["b"], output: { bucket: "c" }, approval: { message: "" } })).toBe("approval");
  });
});

describe("jobs and steps", () => {
  const jobs = { transcode: [{ template: 1 }, { template: 2 }], image_sprite: [], analysis: [{ template: 3 }] };

  it("convert into each other where nothing is lost", () => {
    const steps = fromJobs(jobs);
    expect(steps).toEqual([{ id: "transcode", transcode: jobs.transcode }, { id: "analysis", analysis: jobs.analysis }]);
    expect(toJobs(steps)).toEqual({ transcode: jobs.transcode, analysis: jobs.analysis });
    expect(toJobs([{ ...steps[0]!, after: [], when: "", input: "source", on_failure: "fail", retries: null, queue: "", output: { bucket: null } }])).toEqual({ transcode: jobs.transcode });
    const own: JsonObject[] = [{ id: "hd" }, { after: ["analysis"] }, { when: "true" }, { retries: 0 }, { on_failure: "continue" }, { output: { bucket: "b" } }];
    for (const more of own) expect(toJobs([{ ...steps[0]!, ...more } as Step])).toBeUndefined();
  });

  it("differ, also where there is no step yet", () => {
    expect([hasSteps({ jobs }), hasSteps({ steps: [] }), hasSteps({ steps: diamond })]).toEqual([false, true, true]);
  });

  it("of which a single item stands without its list get one", () => {
    expect(withLists({ steps: [{ id: "a", transcode: { template: 1 }, approval: {} }] }, root)).toEqual({ steps: [{ id: "a", transcode: [{ template: 1 }], approval: {} }] });
    expect(withLists({ jobs }, root)).toEqual({ jobs });
  });
});

describe("the graph", () => {
  it("says which steps have ended before one", () => {
    expect(stepsBefore(diamond, "covers").map((step) => step.id)).toEqual(["check", "hd"]);
    expect(stepsBefore(diamond, "join").map((step) => step.id)).toEqual(["check", "hd", "sd"]);
    expect(mayPrecede(diamond, "sd", "hd")).toBe(true);
    expect(mayPrecede(diamond, "covers", "check")).toBe(false);
    expect(mayPrecede(diamond, "hd", "hd")).toBe(false);
  });

  it("follows a new id, in conditions too", () => {
    const steps = renamed(diamond, "hd", "full");
    expect(steps[3]!.input).toBe("full");
    expect(steps[4]).toMatchObject({ after: ["full", "sd"], when: "steps.full.status == 'success' && steps.hdr == 1" });
  });

  it("loses the edges of a step that is removed", () => {
    const steps = removed(diamond, 1);
    expect(steps.map((step) => step.id)).toEqual(["check", "sd", "covers", "join"]);
    expect(steps[2]).toEqual({ id: "covers", sample_snapshot: [{ template: 10 }] });
    expect(steps[3]!.after).toEqual(["sd"]);
  });

  it("is connected and disconnected", () => {
    expect(connected(diamond[3]!, "sd").after).toEqual(["sd"]);
    expect(connected(diamond[4]!, "sd")).toBe(diamond[4]);
    expect(disconnected(diamond[3]!, "hd").input).toBeUndefined();
  });

  it("keeps ids apart, and moves steps", () => {
    expect([freeId(diamond, "hd"), freeId(diamond, "uhd")]).toEqual(["hd_2", "uhd"]);
    expect(moved(diamond, 0, 1).map((step) => step.id)).toEqual(["hd", "check", "sd", "covers", "join"]);
  });
});

describe("a condition", () => {
  const source = [{ name: "source.short_edge", type: "integer" as const, unit: "pixels", meaning: "the smaller of width and height" }];
  const names = (id: string) => namesAfter(stepsBefore(diamond, id), source, root).map(({ name }) => name);

  it("may read the source, and steps before it", () => {
    expect(names("check")).toEqual(["source.short_edge", "run.priority", "run.forced", "run.manual"]);
    expect(names("hd")).toContain("quality.black_screen_share");
    expect(names("hd")).toContain("steps.check.status");
    expect(names("hd")).not.toContain("steps.check.output.size_ratio");
    expect(names("join")).toContain("steps.sd.output.size_ratio");
  });

  it("is completed at the caret, and not within a text", () => {
    expect(typedName("has(source.sh", 13)).toEqual({ start: 4, typed: "source.sh" });
    expect(typedName("a && ", 5)).toEqual({ start: 5, typed: "" });
    expect(typedName('source.key == "sou', 18)).toBeUndefined();
    expect(typedName('"it\'s" == sou', 13)).toEqual({ start: 10, typed: "sou" });
  });

  it("is completed by names that begin with what is typed, then by their parts", () => {
    const all = ["run.forced", "source.short_edge", "steps.hd.status"].map((name) => ({ name, meaning: "" }));
    expect(matching(all, "s").map(({ name }) => name)).toEqual(["source.short_edge", "steps.hd.status"]);
    expect(matching(all, "sho").map(({ name }) => name)).toEqual(["source.short_edge"]);
    expect(matching(all, "run.forced")).toEqual([]);
  });

  it("is tried when it reads the source only", () => {
    expect(readsOnlySource("source.short_edge > 1 && source.name.startsWith('run')")).toBe(true);
    expect(readsOnlySource("steps.hd.status == 'failed'")).toBe(false);
  });

  it("explains its outcome in the page's language", () => {
    const trial: ConditionTrial = { expression: "", names: [], value: true, values: [{ name: "source.short_edge", value: 1080 }, { name: "source.container", value: "mp4" }], error: null };
    expect(outcomeText(trial)).toBe('true, because source.short_edge = 1080, source.container = "mp4"');
    expect(outcomeText({ ...trial, value: false, values: [] })).toBe("false");
    localStorage.setItem("i18nextLng", "zh-CN");
    expect(outcomeText({ ...trial, value: false, values: [{ name: "source.width", value: null }] })).toBe("不成立，因为 source.width = 未知");
  });
});

describe("the canvas", () => {
  it("draws what is read and what is only awaited", () => {
    expect(edgesOf(diamond)).toContainEqual({ from: "hd", to: "covers", isInput: true });
    expect(edgesOf(diamond)).toContainEqual({ from: "check", to: "sd", isInput: false });
    expect(edgesOf([{ id: "a", after: ["unknown"] }])).toEqual([]);
  });

  it("places steps behind what they are after, each with a place of its own", () => {
    const places = placesOf(diamond.map((step) => step.id), edgesOf(diamond));
    expect([...places].map(([id, { column }]) => [id, column])).toEqual([["check", 0], ["hd", 1], ["sd", 1], ["covers", 2], ["join", 2]]);
    expect(new Set([...places.values()].map(({ column, row }) => `${column} ${row}`)).size).toBe(5);
  });

  it("keeps room for an edge that crosses a column", () => {
    const places = placesOf(["a", "b", "c"], [{ from: "a", to: "b" }, { from: "b", to: "c" }, { from: "a", to: "c" }]);
    expect(places.get("b")!.row).not.toBe(places.get("a")!.row);
  });

  it("draws a cycle and a definition with unknown steps, too", () => {
    expect(placesOf(["a", "b"], [{ from: "a", to: "b" }, { from: "b", to: "a" }, { from: "x", to: "a" }]).size).toBe(2);
  });
});
