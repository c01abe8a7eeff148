import { describe, expect, it } from "vitest";

import { linesIn, splitCommas, splitLines, splitList, splitTags } from "../src/definition/lists";
import { isWithin, partsOf, valueAt, withValue } from "../src/definition/path";
import { choiceOf, customProperty, isTypedInLines, resolved, type Schema, shapeOf } from "../src/definition/schema";
import { parametersSummary } from "../src/definition/summary";
import { isImplied, withUsage } from "../src/definition/usages";

describe("places in a definition", () => {
  const definition = { jobs: { transcode: [{ template: 1 }, { template: 2 }] } };

  it("are read as the API writes them", () => {
    expect(partsOf("jobs.transcode[0].template")).toEqual(["jobs", "transcode", 0, "template"]);
    expect(valueAt(definition, "jobs.transcode[1].template")).toBe(2);
    expect(valueAt(definition, "jobs.animated_graphic[0].template")).toBeUndefined();
  });

  it("are changed in a copy", () => {
    const changed = withValue(definition, "jobs.transcode[1].template", 3);
    expect(valueAt(changed, "jobs.transcode[1].template")).toBe(3);
    expect(valueAt(definition, "jobs.transcode[1].template")).toBe(2);
  });

  it("are made where there was nothing, and taken away", () => {
    expect(withValue({}, "trigger.bucket", "in")).toEqual({ trigger: { bucket: "in" } });
    expect(withValue(definition, "jobs.transcode[0]", undefined)).toEqual({ jobs: { transcode: [{ template: 2 }] } });
    expect(withValue({ a: 1, b: 2 }, "b", undefined)).toEqual({ a: 1 });
  });

  it("hold what is below them and not what only begins alike", () => {
    expect(isWithin("jobs.transcode[0].template", "jobs.transcode[0]")).toBe(true);
    expect(isWithin("trigger.bucket", "trigger")).toBe(true);
    expect(isWithin("output.bucket_name", "output.bucket")).toBe(false);
  });
});

describe("a schema", () => {
  const root: Schema = { $defs: { Size: { type: "object", properties: { width: { type: "integer" } } }, Mark: { type: "object", properties: { type: { const: "text" } } } } };
  const shape = (schema: Schema) => shapeOf(resolved(schema, root), root);

  it("says what control a field needs", () => {
    expect(shape({ type: "boolean" })).toBe("flag");
    expect(shape({ anyOf: [{ type: "number" }, { type: "null" }] })).toBe("number");
    expect(shape({ enum: ["a", "b"], type: "string" })).toBe("choice");
    expect(shape({ type: "string", maxLength: 2_000_000 })).toBe("longtext");
    expect(shape({ type: "array", items: { type: "string" } })).toBe("list");
    expect(shape({ type: "array", items: { $ref: "#/$defs/Size" } })).toBe("objects");
    expect(shape({ anyOf: [{ $ref: "#/$defs/Size" }, { type: "null" }] })).toBe("object");
    expect(shape({ oneOf: [{ $ref: "#/$defs/Mark" }], discriminator: { propertyName: "type", mapping: { text: "#/$defs/Mark" } } })).toBe("variants");
    expect(shape({ type: "object", additionalProperties: true })).toBe("json");
    expect(shape({ type: "object", additionalProperties: { type: "string", maxLength: 256 } })).toBe("pairs");
    expect(shape({ type: "string", maxLength: 1024 })).toBe("text"); // a key has one line
    expect([isTypedInLines("channel_mix"), isTypedInLines("time_offsets")]).toEqual([true, false]);
  });

  it("keeps what is said beside a reference, and that a field may be empty", () => {
    expect(resolved({ $ref: "#/$defs/Size", description: "of the picture" }, root)).toMatchObject({ description: "of the picture", model: "Size" });
    expect(resolved({ anyOf: [{ $ref: "#/$defs/Size" }, { type: "null" }] }, root).nullable).toBe(true);
  });

  it("keeps the type of a choice", () => {
    expect(choiceOf({ enum: [0, 1, 2], type: "integer" }, "2")).toBe(2);
    expect(choiceOf({ enum: ["", "fast"] }, "fast")).toBe("fast");
    expect(choiceOf({ enum: ["", "fast"] }, "")).toBeUndefined();
  });

  it("distinguishes an item with a template from one with its own parameters", () => {
    expect(customProperty({ properties: { template: {}, parameters: {} } })).toBe("parameters");
    expect(customProperty({ properties: { template: {}, mark: {} } })).toBe("mark");
    expect(customProperty({ properties: { threshold: {} } })).toBe("");
  });
});

describe("helpers", () => {
  it("split at commas of both kinds", () => {
    expect(splitList("10%, 50%，90%、3.5s")).toEqual(["10%", "50%", "90%", "3.5s"]);
  });

  it("split lists whose parts may hold spaces, at commas or lines alone", () => {
    expect(splitCommas("a photo of a cat, dog")).toEqual(["a photo of a cat", "dog"]);
    expect(linesIn("1 0 0.7\n0 1 0.7\n\n1 0 0.7")).toEqual(["1 0 0.7", "0 1 0.7", "1 0 0.7"]);
  });

  it("split tags and lines, whose parts may hold spaces, and keep each once", () => {
    expect(splitTags("snake oil， brand、brand,")).toEqual(["snake oil", "brand"]);
    expect(splitLines("违禁词\r\n\n snake oil \n违禁词")).toEqual(["违禁词", "snake oil"]);
  });

  it("sum up parameters in one line", () => {
    const video = { codec: "h264", width: 0, height: 360, bitrate_kbps: 400, crf: null, fps: 25 };
    expect(parametersSummary({ container: "mp4", video, audio: { codec: "aac", bitrate_kbps: 64 } })).toBe("mp4 · h264 auto×360 400 kbps 25 fps · aac 64 kbps");
  });

  it("name the quality that is asked for", () => {
    expect(parametersSummary({ container: "mp4", video: { codec: "h265", crf: null, target_vmaf: 93, bitrate_kbps: 0 } })).toBe("mp4 · h265 VMAF 93");
    expect(parametersSummary({ video: { codec: "h265", crf: 0, target_vmaf: null } })).toBe("h265 CRF 0");
  });
});

describe("usages", () => {
  it("of a wider kind hold the narrower", () => {
    expect(isImplied(["all"], "review.asr")).toBe(true);
    expect(isImplied(["review"], "review.asr")).toBe(true);
    expect(isImplied(["review"], "recognition.asr")).toBe(false);
    expect(isImplied(["review"], "review")).toBe(false);
  });

  it("are chosen without what a wider one holds already", () => {
    expect(withUsage(["review.asr", "recognition.ocr"], "review", true)).toEqual(["recognition.ocr", "review"]);
    expect(withUsage(["review", "recognition.ocr"], "all", true)).toEqual(["all"]);
    expect(withUsage(["review", "recognition.ocr"], "review", false)).toEqual(["recognition.ocr"]);
  });
});
