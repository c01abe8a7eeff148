// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import en from "../src/i18n/en.json";
import zh from "../src/i18n/zh.json";

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
const code = sources.map((name) => readFileSync(join("src", name), "utf8")).join("\n");

describe("the texts", () => {
  it("have the same keys in both languages, in the same order", () => {
    expect(Object.keys(zh)).toEqual(Object.keys(en));
  });

  it("fill in the same values in both languages", () => {
    const ofZh = zh as Record<string, string>;
    for (const [key, text] of Object.entries(en)) expect([key, placeholders(ofZh[key]!)]).toEqual([key, placeholders(text)]);
  });

  it("are Chinese in Chinese, but for names that are the same everywhere", () => {
    const same = Object.entries(zh).filter(([, text]) => !/[\u4e00-\u9fff]/.test(text));
    const names = /^[A-Za-z0-9 .{}·/,、-]+$/;
    expect(same.filter(([, text]) => !names.test(text))).toEqual([]);
    expect(same.length).toBeLessThan(30);
  });

  it("are all asked for: by name, or by a name made of data", () => {
    const made = /^(job|notice|field|hint|choice|rule|state|phase|advice|access|suggestion|event|workflow|function|usage|variable|cause|detection|import_action|import_state|run_action|starter|check|about|standing|engine|health|waiting|review_key|review_category|figure)\./;
    const unused = Object.keys(en).filter((key) => !made.test(key) && !code.includes(`"${key}"`));
    expect(unused).toEqual([]);
  });
});
