import { describe, expect, test } from "vitest";

import type { RunFile, RunReport } from "../src/api/runs";
import { subTasksOf } from "../src/pages/run/findings";
import { besideHighlights, clipOf, type Highlight, highlightsOf, whyText } from "../src/pages/run/highlights";

const one: Highlight = { start_s: 3, end_s: 13, confidence: 90, reason: "English", figures: { motion: 0.4, loudness: 1.84 }, begins: "cut", ends: "pause", moment_s: 5, clip: ["out", "a_0.mp4"], picture: ["out", "a_0.jpg"] };
const file = (key: string, bucket = "out") => ({ bucket, key }) as RunFile;
const jobs = (...segments: Highlight[]) => [{ state: "success", items: [{ sub_task_types: ["highlight"], sub_tasks: [{ type: "highlight", status: "SUCCESS", code: "", message: "", output: { shape: "highlights", segments } }] }] }] as unknown as RunReport["jobs"];

describe("a highlight", () => {
  test("says why it was chosen, the most outstanding first", () => {
    expect(whyText(one)).toEqual(["Stands out by loudness +1.8 σ, motion +0.4 σ", "Begins at a cut, ends in a pause"]);
    expect(whyText({ ...one, figures: {} })).toEqual(["The whole source, which is not longer than a clip"]);
  });

  test("of an earlier version has a reason and no clip", () => {
    const old: Highlight = { ...one, figures: {}, clip: null, picture: null };
    expect(whyText(old)).toEqual(["English"]);
    expect(clipOf(old, [file("a_0.mp4")])).toBeUndefined();
  });

  test("has its own files, which are not shown twice", () => {
    const files = [file("a_0.mp4"), file("a_0.mp4", "other"), file("a_0.jpg"), file("cover.jpg")];
    expect(clipOf(one, files)).toBe(files[0]);
    expect(besideHighlights(files, jobs(one))).toEqual([files[1], files[3]]);
    expect(highlightsOf(jobs(one))).toEqual([one]);
  });

  test("is a check only as long as it has no result", () => {
    expect(subTasksOf(jobs(one))).toEqual([]);
    const failed = [{ state: "failed", items: [{ sub_task_types: ["highlight"], sub_tasks: [{ type: "highlight", status: "FAIL", code: "x", message: "no", output: null }] }] }] as unknown as RunReport["jobs"];
    expect(subTasksOf(failed).map(({ state, message }) => [state, message])).toEqual([["failed", "no"]]);
  });
});
