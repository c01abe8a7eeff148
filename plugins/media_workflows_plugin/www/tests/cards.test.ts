import { beforeEach, describe, expect, it } from "vitest";

import type { JsonObject } from "../src/api/types";
import { copiedInto, type Piece, pieceOf } from "../src/definition/copying";
import { moved } from "../src/definition/lists";
import type { Schema } from "../src/definition/schema";
import type { Step } from "../src/definition/steps";

beforeEach(() => localStorage.setItem("i18nextLng", "en"));

const list = { type: "array", items: { type: "object", properties: { template: { type: "integer" } } } };
const root: Schema = { properties: { jobs: { type: "object", properties: { transcode: list, quality_control: { ...list, maxItems: 1 } } } } };
const transcode: Piece = { kind: "transcode", items: [{ template: 100020 }] };
const hd: Step = { id: "hd", after: ["check"], input: "cut", when: "steps.check.status == 'success'", transcode: [{ template: 100040 }] };

describe("an item that is moved", () => {
  it("keeps the order of the others", () => {
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
  });
});

describe("a job that is copied", () => {
  const jobs: JsonObject = { name: "w", jobs: { transcode: [{ template: 100010 }], quality_control: [{ template: 20 }] } };

  it("is added to the jobs of its kind", () => {
    const { definition, notes, conflict } = copiedInto(jobs, transcode, root);
    expect(definition.jobs).toEqual({ transcode: [{ template: 100010 }, { template: 100020 }], quality_control: [{ template: 20 }] });
    expect([notes, conflict]).toEqual([[], undefined]);
  });

  it("is refused where the kind has no place left, or is of steps only", () => {
    expect(copiedInto(jobs, { kind: "quality_control", items: [{}] }, root).conflict).toContain("already has 1");
    expect(copiedInto(jobs, { kind: "approval", items: [{}] }, root).conflict).toContain("workflows with steps only");
  });

  it("becomes a step with an id of its own", () => {
    const { definition, notes } = copiedInto({ steps: [{ id: "transcode", transcode: [{}] }] }, transcode, root);
    expect(definition.steps).toEqual([{ id: "transcode", transcode: [{}] }, { id: "transcode_2", transcode: [{ template: 100020 }] }]);
    expect(notes).toEqual(["Its id there is “transcode_2”, as the other one is taken."]);
  });

  it("is a copy: a later change of one is none of the other", () => {
    const { definition } = copiedInto(jobs, transcode, root);
    expect((definition.jobs as Record<string, JsonObject[]>).transcode![1]).not.toBe(transcode.items[0]);
  });
});

describe("a step that is copied", () => {
  it("loses the steps that are not there, by name", () => {
    const { definition, notes } = copiedInto({ steps: [{ id: "check", quality_control: [{}] }] }, pieceOf(hd)!, root);
    expect((definition.steps as JsonObject[])[1]).toEqual({ ...hd, input: undefined });
    expect(notes).toEqual(["Steps that do not exist there are left out of its order, input and condition: cut."]);
    const alone = copiedInto({ steps: [{ id: "other", transcode: [{}] }] }, pieceOf(hd)!, root);
    expect((alone.definition.steps as JsonObject[])[1]).toEqual({ id: "hd", after: [], transcode: hd.transcode });
    expect(alone.notes[0]).toContain("check, cut");
  });

  it("loses its settings among jobs, by name", () => {
    const { definition, notes } = copiedInto({ jobs: {} }, pieceOf(hd)!, root);
    expect(definition.jobs).toEqual({ transcode: [{ template: 100040 }] });
    expect(notes[0]).toMatch(/After.*Condition.*Input|Left out: /);
  });
});
