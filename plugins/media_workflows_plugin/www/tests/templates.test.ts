import { beforeEach, describe, expect, it } from "vitest";

import type { Template } from "../src/api/templates";
import type { Unavailable } from "../src/api/definition";
import { propertiesOf } from "../src/definition/properties";
import type { Schema } from "../src/definition/schema";
import { firstOf, grouped, templateName } from "../src/definition/templateGroups";

const MISSING: Unavailable = { field: "", message: "no model", template: "no model", parameters: {}, affected: [], fails: true };

function template(id: number, name: string, more: Partial<Template> = {}): Template {
  return { id, name, kind: "transcode", comment: "", preset: true, revision: 1, created_at: null, updated_at: null, standing: "usual", unavailable: [], parameters: {}, ...more };
}

const OLD = template(20, "MP4 SD (old)", { standing: "old" });
const SMALL = template(100010, "MP4 360p", { parameters: { container: "mp4", video: { codec: "h264", height: 360 } } });
const BEST = template(100030, "MP4 720p", { standing: "recommended", comment: "Plays in every browser and on every phone, on mobile networks too" });
const MINE = template(1, "for the shop", { preset: false });
const ALL = [OLD, SMALL, MINE, BEST];

beforeEach(() => localStorage.setItem("i18nextLng", "en"));

describe("templates", () => {
  it("are offered in groups, the recommended first and the old last", () => {
    expect(grouped(ALL, "").map(({ name, items }) => [name, items.map(({ id }) => id)])).toEqual([
      ["recommended", [100030]],
      ["custom", [1]],
      ["usual", [100010]],
      ["old", [20]],
    ]);
  });

  it("are found by id, name, purpose and parameters", () => {
    const found = (search: string) => grouped(ALL, search).flatMap(({ items }) => items.map(({ id }) => id));
    expect(found("720")).toEqual([100030]);
    expect(found("h264 mp4")).toEqual([100010]);
    expect(found("PHONE")).toEqual([100030]);
    expect(found("mp4 sd")).toEqual([20]);
    localStorage.setItem("i18nextLng", "zh-CN");
    expect(found("手机")).toEqual([100030]);
  });

  it("have Chinese names where they are presets", () => {
    localStorage.setItem("i18nextLng", "zh-CN");
    expect(ALL.map(templateName)).toEqual(["MP4 SD（旧版）", "MP4 360p", "for the shop", "MP4 720p"]);
  });

  it("begin an item with one that works as installed, a recommended one before others", () => {
    expect(firstOf(ALL)?.id).toBe(100030);
    expect(firstOf([SMALL, { ...BEST, unavailable: [MISSING] }])?.id).toBe(100010);
    expect(firstOf([{ ...BEST, unavailable: [MISSING] }])?.id).toBe(100030);
    expect(firstOf([])).toBeUndefined();
  });
});

describe("the properties of an item", () => {
  const root: Schema = {
    $defs: {
      Watermark: { type: "object", properties: { template: { type: "integer" }, mark: {}, origin: { type: "string", default: "top_left" }, x_pos: { type: "string", default: "0px" } } },
      Item: {
        type: "object",
        properties: {
          template: { type: "integer" },
          parameters: {},
          output_path: { type: "string", default: "" },
          time_offsets: { type: "array", items: { type: "string" } },
          start_offset_s: { type: "number", default: 0 },
          number_format: { type: "object", default: { initial: 0, increment: 1 } },
          watermarks: { type: "array", items: { $ref: "#/$defs/Watermark" } },
        },
      },
    },
  };
  const properties = (item: Parameters<typeof propertiesOf>[0]) => propertiesOf(item, root.$defs!.Item!, root, (kind, id) => `${kind} ${id}`).map(({ label, text }) => `${label}: ${text}`);

  it("are all that differs from the defaults, in words", () => {
    const item = { template: 10, parameters: null, time_offsets: ["0s", "50%"], output_path: "covers/{inputName}.{format}", start_offset_s: 0, number_format: { increment: 1, initial: 0 }, watermarks: [] };
    expect(properties(item)).toEqual(["Time offsets: 0s, 50%", "Output name: covers/{inputName}.{format}"]);
  });

  it("name watermarks by their template, or by what they are", () => {
    const own = { template: null, mark: { type: "text", text: "© us" }, origin: "bottom_right", x_pos: "0px" };
    expect(properties({ watermarks: [{ template: 7, origin: "top_left" }, own] })).toEqual(["Watermarks: (watermark 7), (Content (Text, Text © us), Origin Bottom right)"]);
  });
});
