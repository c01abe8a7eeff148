import { beforeEach, describe, expect, it } from "vitest";

import type { Sample } from "../src/api/samples";
import type { Question } from "../src/api/starters";
import type { Template } from "../src/api/templates";
import { stepText } from "../src/definition/words";
import { paths } from "../src/paths";
import { figuresOf } from "../src/pages/form/samples/SampleCard";
import { secondsOf } from "../src/pages/form/samples/seconds";
import { fileOf } from "../src/pages/form/samples/useSamples";
import { chosenIn, withAnswer } from "../src/pages/start/answers";

beforeEach(() => localStorage.setItem("i18nextLng", "en"));

const question = { id: "player", choices: [{ id: "adaptive" }, { id: "file" }] } as unknown as Question;

describe("answers to the questions of a goal", () => {
  it("are the first choices at first, and one for each question", () => {
    expect(chosenIn([], question)).toBe("adaptive");
    expect(chosenIn(["when:file", "player:file"], question)).toBe("file");
    expect(chosenIn(["player:unknown"], question)).toBe("adaptive");
    expect(withAnswer(["player:file", "when:each"], "player", "adaptive")).toEqual(["when:each", "player:adaptive"]);
  });

  it("go to the form in its address", () => {
    expect(paths.newFromStarter("a b")).toBe("/plugin/media-workflows/new?starter=a%20b");
    expect(paths.newFromStarter("web", ["player:file", "when:each"])).toBe("/plugin/media-workflows/new?starter=web&answer=player%3Afile&answer=when%3Aeach");
  });
});

describe("a step in words", () => {
  const templates = [{ id: 100030, kind: "transcode", name: "mine", preset: false }] as unknown as Template[];

  it("names templates, else its parameters", () => {
    expect(stepText({ id: "a", transcode: [{ template: 100030 }] }, templates)).toBe("mine");
    expect(stepText({ id: "a", transcode: { parameters: { container: "mp4", video: { codec: "h264", crf: 30 } } } }, [])).toBe("mp4 · h264 CRF 30");
    expect(stepText({ id: "a", recognition: { parameters: { ocr_full_text: true } } }, [])).not.toBe("");
  });
});

describe("a sample", () => {
  const sample = { vmaf: 93.46, ssim: null, size_bytes: 2048, bitrate_kbps: 812.4, projected_bytes: 4096, elapsed_s: 3, content: btoa("film"), content_type: "video/mp4" } as unknown as Sample;

  it("shows its quality by what was measured", () => {
    expect(figuresOf(sample)[0]).toEqual(["Quality (VMAF, 0 to 100)", "93.5"]);
    expect(figuresOf({ ...sample, vmaf: null, ssim: 0.98765 })[0]![1]).toBe("0.9877");
    expect(figuresOf({ ...sample, vmaf: null })[0]).toEqual(["Quality", "not measured"]);
    expect(figuresOf(sample)[2]).toEqual(["Bitrate", "812 kbps"]);
  });

  it("is a file of its type", async () => {
    const file = fileOf(sample);
    expect([file.type, await file.text()]).toEqual(["video/mp4", "film"]);
  });

  it("begins in the middle unless a second is given", () => {
    expect([secondsOf(""), secondsOf("x"), secondsOf("-1"), secondsOf("0"), secondsOf("2.5")]).toEqual([null, null, null, 0, 2.5]);
  });
});
