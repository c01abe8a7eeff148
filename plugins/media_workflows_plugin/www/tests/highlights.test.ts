import { describe, expect, test } from "vitest";

import type { RunFile, RunReport } from "../src/api/runs";
import { subTasksOf } from "../src/pages/run/findings";
import { besideHighlights, clipOf, coverOf, type Highlight, highlightsOf, whyText } from "../src/pages/run/highlights";

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
    expect(coverOf(old, [file("a_0.jpg")])).toBeUndefined();
  });

  test("has its own files, which are not shown twice", () => {
    const files = [file("a_0.mp4"), file("a_0.mp4", "other"), file("a_0.jpg"), file("cover.jpg")];
    expect(clipOf(one, files)).toBe(files[0]);
    expect(coverOf(one, files)).toBe(files[2]);
    expect(besideHighlights(files, jobs(one))).toEqual([files[1], files[3]]);
    expect(highlightsOf(jobs(one))).toEqual([one]);
  });

  test("is a check only as long as it has no result", () => {
    expect(subTasksOf(jobs(one))).toEqual([]);
    const failed = [{ state: "failed", items: [{ sub_task_types: ["highlight"], sub_tasks: [{ type: "highlight", status: "FAIL", code: "x", message: "no", output: null }] }] }] as unknown as RunReport["jobs"];
    expect(subTasksOf(failed).map(({ state, message }) => [state, message])).toEqual([["failed", "no"]]);
  });

  test("does not stand out by what is below the mean", () => {
    expect(whyText({ ...one, figures: { loudness: 2.1, speech: -0.8 } })[0]).toBe("Stands out by loudness +2.1 σ");
  });
});

describe("a cover and the quality of an analysis", () => {
  const quality = { shape: "quality", has_picture: true, has_sound: true, black: [{ start_s: 4, end_s: 5 }], frozen: [], silent: [{ start_s: 0, end_s: 1 }], integrated_lufs: -23.04, loudness_range_lu: 5, true_peak_dbtp: null };
  const result = (type: string, more: object) => ({ type, status: "SUCCESS", code: "", message: "", output: null, ...more });
  const job = (kind: string, ...sub_tasks: ReturnType<typeof result>[]) => ({ kind, state: "success", items: [{ sub_task_types: sub_tasks.map(({ type }) => type), sub_tasks }] });
  const checks = (...of: ReturnType<typeof job>[]) => subTasksOf(of as unknown as RunReport["jobs"]);

  test("say why there is no cover, though the job has succeeded", () => {
    const [cover, ...others] = checks(job("analysis", result("cover", { status: "FAIL", message: "the source has no video stream" })), job("analysis", result("cover", {})));
    expect([cover?.type, cover?.state, cover?.message]).toEqual(["cover", "failed", "the source has no video stream"]);
    expect(others).toEqual([]);
  });

  test("show what was measured, unlike that of a quality control, which has its own section", () => {
    const [check, ...others] = checks(job("analysis", result("quality", { output: quality })), job("quality_control", result("quality", {})));
    expect(others).toEqual([]);
    expect(check?.labels).toEqual(["Loudness -23 LUFS, range 5 LU, true peak – dBTP"]);
    expect(check?.findings.map(({ start_s, label }) => [start_s, label])).toEqual([
      [0, "Silence"],
      [4, "Black picture"],
    ]);
  });
});
