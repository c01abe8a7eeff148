import { beforeEach, describe, expect, it } from "vitest";

import { cueAt, parseSprite } from "../src/components/preview/sprite";
import { pollInterval_ms } from "../src/hooks/usePolled";
import { noticeText } from "../src/components/notices";
import { chosenZone, formatAgo, formatBytes, formatSeconds, formatTime, savedPercent } from "../src/i18n/format";
import { sinceOf } from "../src/components/PeriodChoice";
import { outcomeOf } from "../src/components/runs/cause";
import { eligible } from "../src/components/runs/RunBulkBar";
import { tookOf } from "../src/components/runs/RunTable";
import { detectionLines } from "../src/components/DetectionNote";
import type { RunReport, RunRow } from "../src/api/runs";
import type { Detection } from "../src/api/workflows";
import { isSourceBad, sharedFailure } from "../src/pages/run/sharedFailure";
import type { Model } from "../src/api/types";
import { subTasksOf } from "../src/pages/run/findings";
import { lineOf } from "../src/pages/words/lines";
import { itemErrorText } from "../src/pages/run/itemError";
import { isClear, measured, partial, qualityReports, sortedItems, textsOf } from "../src/pages/run/qualityItems";
import { percentOf } from "../src/pages/workflow/RunProgress";
import { shownProblems, stillRefused } from "../src/pages/form/useValidation";
import { linePath, reducedEdges } from "../src/components/graphEdges";
import { isSame } from "../src/hooks/useCheck";

type SubTask = Model<"SubTaskResult">;

beforeEach(() => localStorage.setItem("i18nextLng", "en"));

describe("polling", () => {
  it("is quick while something moves and slows down while the server fails", () => {
    expect(pollInterval_ms(true, 0)).toBe(2_000);
    expect(pollInterval_ms(false, 0)).toBe(10_000);
    expect(pollInterval_ms(true, 3)).toBe(16_000);
    expect(pollInterval_ms(true, 30)).toBe(60_000);
  });
});

describe("notices", () => {
  const parameters = { index: 3, type: "subtitle", codec: "subrip", language: "eng", reason: "not_selected", container: "" };

  it("are sentences of their code and parameters", () => {
    expect(noticeText({ code: "TrackLeftOut", message: "", parameters })).toBe("Track 3, subtitle (subrip, eng), is left out: this item writes no subtitles");
    const held = { ...parameters, reason: "container", container: "ts" };
    expect(noticeText({ code: "TrackLeftOut", message: "", parameters: held })).toMatch(/: ts does not support it$/);
    localStorage.setItem("i18nextLng", "zh-CN");
    expect(noticeText({ code: "TrackLeftOut", message: "", parameters })).toBe("未保留轨道 3（字幕） (subrip, eng)：该项不输出字幕");
  });

  it("of a code without words here say what the server said", () => {
    expect(noticeText({ code: "Other", message: "as it came", parameters: {} })).toBe("as it came");
  });
});

describe("numbers and times", () => {
  it("are written for people", () => {
    expect(formatBytes(0)).toBe("0 B");
    expect(formatBytes(-2_465_770)).toBe("-2.4 MiB");
    expect(formatBytes(2_465_770)).toBe("2.4 MiB");
    expect(formatSeconds(8.04)).toBe("8 s");
    expect(formatSeconds(3725)).toBe("1 h 2 min");
    expect(formatSeconds(null)).toBe("–");
    expect(formatAgo("2026-01-01T00:00:00Z", Date.parse("2026-01-01T02:00:00Z"))).toBe("2 hours ago");
  });

  it("follow Airflow's language", () => {
    localStorage.setItem("i18nextLng", "zh-CN");
    expect(formatSeconds(65)).toBe("1 分 5 秒");
  });

  it("say how much was saved", () => {
    expect(savedPercent(200, 50)).toBe(75);
    expect(savedPercent(100, 150)).toBe(-50);
    expect(savedPercent(0, 50)).toBeNull();
  });
});

describe("a sprite's WebVTT", () => {
  const vtt = "WEBVTT\n\n00:00.000 --> 00:10.000\na%20b_0.jpg#xywh=0,0,142,80\n\n00:10.000 --> 01:00:20.500\nout/a_0.jpg#xywh=142,0,142,80\n";

  it("names the part of a sheet for each time", () => {
    const cues = parseSprite(vtt);
    expect(cues[0]).toEqual({ start_s: 0, end_s: 10, sheet: "a b_0.jpg", x: 0, y: 0, width: 142, height: 80 });
    expect(cues[1]).toMatchObject({ end_s: 3620.5, sheet: "a_0.jpg", x: 142 });
    expect(cueAt(cues, 10)).toBe(cues[1]);
    expect(cueAt(cues, 99_999)).toBe(cues[1]);
  });
});

describe("the lines of a word list", () => {
  it("are those of the fields of problems", () => {
    expect(["lines[12].usages[0]", "lines[3]", "content", "lines"].map(lineOf)).toEqual(["12", "3", "", ""]);
  });
});

describe("findings", () => {
  const subTask = (type: string, output: SubTask["output"], more: Partial<SubTask> = {}): SubTask => ({ type, status: "SUCCESS", code: "", message: "", output, ...more });
  const job = (state: string, types: string[], sub_tasks: SubTask[] = []) => ({ state, items: [{ sub_task_types: types, sub_tasks }] });
  const spoken = { start_s: 3, end_s: 4, confidence: 90, box: null };
  const segment = { start_s: 1, end_s: 2, moment_s: 1, confidence: 96, suggestion: "block" as const, label: "prohibited", name: "", keywords: ["casino"], box: null, picture: { bucket: "b", key: "k", url: "u", url_expires_at: null } };
  const review = { shape: "review" as const, suggestion: "block" as const, confidence: 96, label: "prohibited", sample_rate: 1, duration_s: 9, segments: [segment] };

  it("are read from the results of the jobs", () => {
    const place = { start_s: 1, end_s: 2, label: "casino · prohibited", suggestion: "block", confidence: 96, picture: "u" };
    const word = { start_s: 3, end_s: 4, label: "hello", suggestion: "", confidence: 90, picture: "" };
    const failed = subTask("porn.image", null, { status: "FAIL", message: "not available: no model" });
    const words = subTask("asr_words", { shape: "words", results: [{ keyword: "hello", labels: [], segments: [spoken] }] });
    const tag = subTask("tag", { shape: "tags", tags: [{ tag: "speech", confidence: 57.8, basis: "evidence", reason: "" }] });
    const jobs = [job("success", ["prohibited.ocr", "porn.image"], [subTask("prohibited.ocr", review), failed]), job("success", ["asr_words"], [words]), job("success", ["tag", "cover"], [tag])];
    expect(subTasksOf(jobs)).toEqual([
      { type: "prohibited.ocr", state: "success", suggestion: "block", message: "", labels: [], findings: [place] },
      { type: "porn.image", state: "failed", suggestion: "", message: "not available: no model", labels: [], findings: [] },
      { type: "asr_words", state: "success", suggestion: "", message: "", labels: [], findings: [word] },
      { type: "tag", state: "success", suggestion: "", message: "", labels: ["speech 58"], findings: [] },
    ]);
    expect(subTasksOf([])).toEqual([]);
  });

  it("name unknown persons by number, with the person of the library who may be meant", () => {
    const known = { person_id: 1, name: "Ann", description: "", labels: ["vip"], segments: [spoken] };
    const faces = { shape: "faces" as const, results: [known], unknown: [{ number: 1, segments: [spoken, { ...spoken, start_s: 8, end_s: 9 }], similar_to: "Bea", similarity: 81.3 }], unlisted: 2 };
    const [check] = subTasksOf([job("success", ["face"], [subTask("face", faces)])]);
    expect(check!.findings.map(({ start_s, label, confidence }) => [start_s, label, confidence])).toEqual([
      [3, "Ann · vip", 90],
      [3, "Unknown person 1 · perhaps Bea (81.3)", null],
      [8, "Unknown person 1 · perhaps Bea (81.3)", null],
    ]);
    expect(check!.labels).toEqual(["Faces of further unknown persons, not listed: 2"]);
  });

  it("quote a description, by paragraph, and say that it is quoted", () => {
    const quote = { start_s: 0, end_s: 6, text: "Bake the bread.", confidence: 80 };
    const parts = [
      { start_s: 0, end_s: 38, title: "Bake the bread", keywords: ["bread", "oven"], sentences: [quote, { ...quote, text: "Let it rest." }] },
      { start_s: 40, end_s: 78, title: "Oil the chain", keywords: [], sentences: [{ ...quote, text: "Then, oil the chain." }] },
    ];
    const output = { shape: "speech_description" as const, method: "extractive" as const, engine: "", language: "en", confidence: 80, title: quote, topics: [{ topic: "bread", said: 3, shown: 1, segments: [{ start_s: 0, end_s: 6 }] }], keywords: [{ keyword: "bread", count: 3, first_s: 0 }], sentences: [quote], paragraphs: parts };
    const [check] = subTasksOf([job("success", ["description"], [subTask("description", output)])]);
    expect(check!.labels).toEqual(["Bake the bread.", "bread ×3"]);
    expect(check!.message).toContain("no sentence is invented");
    expect(check!.findings.map(({ start_s, label }) => [start_s, label])).toEqual([
      [0, "Bake the bread. Let it rest. · bread, oven"],
      [40, "Oil the chain · Then, oil the chain."],
      [0, "Topic bread: said 3 times, shown 1 times"],
    ]);
    const [topics] = subTasksOf([job("success", ["description"], [subTask("description", { ...output, title: null, keywords: [], sentences: [], paragraphs: [] })])]);
    expect([topics!.labels, topics!.findings.length]).toEqual([[], 1]);
    expect(topics!.message).toContain("Too little is said");
  });

  it("of a check that has not ended are not known: it is queued, then running", () => {
    expect(subTasksOf([job("scheduled", ["porn.image"]), job("running", ["face"])]).map(({ state }) => state)).toEqual(["queued", "running"]);
  });
});

describe("a failed item", () => {
  it("says of each sub-task why it failed, in the page's language", () => {
    localStorage.setItem("i18nextLng", "zh-CN");
    const failed = { type: "porn.image", status: "FAIL" as const, code: "", output: null, message: "image moderation by an ONNX model is not available: no model is set; set it" };
    const item = { message: "porn.image: as it came", sub_tasks: [failed, { ...failed, type: "porn.ocr", status: "SUCCESS" as const }] };
    expect(itemErrorText(item)).toBe("色情 · 画面: ONNX 模型图像审核 不可用：未设置模型；set it");
    expect(itemErrorText({ message: "as it came", sub_tasks: [] })).toBe("as it came");
  });
});

describe("a quality control", () => {
  it("shows small values and thresholds, and no unit where the form has none", () => {
    const shown = (value: number, unit: string) => measured({ value, unit });
    expect([shown(0.01, "share"), shown(0.04, "share"), shown(0.01, "s"), shown(2, "s")]).toEqual(["0.01", "0.04", "0.01 s", "2 s"]);
    expect([shown(3, "count"), shown(270, "deg"), shown(-1.5, "dBTP"), shown(0, "share")]).toEqual(["3", "270 °", "-1.5 dBTP", "0"]);
  });
  const item = (type: string, hit: boolean | null) => ({ type, hit, value: null, unit: "" as const, threshold: null, share: null, segments: [], reason: null, worst_s: null, picture: "" });
  const output = { shape: "quality_control" as const, duration_s: 2, no_video: false, no_audio: true, items: [item("no_voice", null), item("frame_rate", false), item("black_screen", true)] };

  it("is read from the run's report, problems first", () => {
    const subTask = { type: "quality", status: "SUCCESS" as const, code: "", message: "", output };
    const jobs = [{ items: [{ sub_tasks: [subTask, { ...subTask, output: null }] }, { sub_tasks: [] }] }] as unknown as RunReport["jobs"];
    expect(qualityReports({ jobs })).toEqual([output]);
    expect(sortedItems(output.items).map(({ type }) => type)).toEqual(["black_screen", "frame_rate", "no_voice"]);
  });

  it("is clear only if something was measured", () => {
    expect(isClear([item("no_voice", null)])).toBe(false);
    expect(isClear([item("no_voice", null), item("frame_rate", false)])).toBe(true);
    expect(isClear(output.items)).toBe(false);
  });

  it("has a timeline of the problems of a part, and each text of a code once", () => {
    const segment = (start_s: number, end_s: number, text = "") => ({ start_s, end_s, confidence: 100, text, area: null });
    const code = { ...item("qr_code", true), segments: [segment(0, 1, "a"), segment(1, 2, "a"), segment(1, 2, "b")] };
    const whole = { ...item("frame_rate", true), segments: [segment(0, 2)] };
    expect(partial({ items: [whole, code, item("blur", false)], duration_s: 2 })).toEqual([code]);
    expect(textsOf(code)).toEqual(["a", "b"]);
  });
});

describe("times", () => {
  it("are in the zone that is chosen in Airflow", () => {
    const noon = "2026-07-01T12:00:00Z";
    localStorage.setItem("timezone", JSON.stringify("Asia/Shanghai"));
    expect(formatTime(noon)).toContain("20:00");
    localStorage.setItem("timezone", JSON.stringify("UTC"));
    expect(formatTime(noon)).toContain("12:00");
    for (const unknown of ["not JSON", JSON.stringify("No/Zone")]) {
      localStorage.setItem("timezone", unknown);
      expect(chosenZone()).toBeUndefined();
    }
    localStorage.removeItem("timezone");
  });
});

describe("the progress of a run", () => {
  it("is that of its jobs; a skipped step is done", () => {
    const jobs = [{ state: "success" }, { state: "skipped" }, { state: "running", progress: { percent: 40 } }, { state: null }] as RunReport["jobs"];
    expect(percentOf({ jobs, state: "running" })).toBe(60);
    expect(percentOf({ jobs: [], state: "running" })).toBe(0);
    expect(percentOf({ jobs: [], state: "success" })).toBe(100);
  });
});

describe("problems", () => {
  const problems = [{ field: "name", got: "", expected: "" }, { field: "jobs.transcode[0].template", got: "", expected: "" }];

  it("show at fields that were touched, and all after a refused save", () => {
    expect(shownProblems(problems, new Set(), false)).toEqual([]);
    expect(shownProblems(problems, new Set(["jobs.transcode"]), false)).toEqual([problems[1]]);
    expect(shownProblems(problems, new Set(), true)).toEqual(problems);
  });

  it("of a refused save stand until their field is changed", () => {
    expect(stillRefused(problems, "name")).toEqual([problems[1]]);
    expect(stillRefused(problems, "jobs")).toEqual([problems[0]]);
    expect(stillRefused(problems, "jobs.transcode[0].template.x")).toEqual([problems[0]]);
    expect(stillRefused(problems, "trigger.bucket")).toEqual(problems);
  });
});

describe("a check", () => {
  it("holds for what was checked only", () => {
    expect(isSame([{ bucket: "a", directory: "in" }], [{ bucket: "a", directory: "in" }])).toBe(true);
    expect(isSame([{ bucket: "a", directory: "in" }], [{ bucket: "a", directory: "in/" }])).toBe(false);
    expect(isSame(undefined, null)).toBe(false);
  });
});

describe("the small graph", () => {
  it("draws no edge that a longer way says already", () => {
    const edges: [string, string][] = [["upload", "signals"], ["upload", "review"], ["signals", "review"], ["upload", "transcode"], ["review", "notify"], ["transcode", "notify"], ["upload", "notify"]];
    expect(reducedEdges(edges)).toEqual([["upload", "signals"], ["signals", "review"], ["upload", "transcode"], ["review", "notify"], ["transcode", "notify"]]);
  });

  it("leads its edges from below one node to above another", () => {
    expect(linePath({ left: 0, top: 0, width: 100, height: 20 }, { left: 50, top: 60, width: 20, height: 20 })).toBe("M 50 20 C 50 40, 60 40, 60 60");
  });
});

describe("lists of runs", () => {
  const run = (parts: Partial<RunRow>) => ({ state: "success", started_at: null, ended_at: null, cause: null, outputs: 0, ...parts }) as RunRow;

  it("keep the address of a period within a minute", () => {
    expect(sinceOf("1h", Date.parse("2026-01-01T12:00:10Z"))).toBe("2026-01-01T11:00:00.000Z");
    expect(sinceOf("1h", Date.parse("2026-01-01T12:00:50Z"))).toBe("2026-01-01T11:00:00.000Z");
    expect(sinceOf("")).toBe("");
  });

  it("count only the runs to which an action applies", () => {
    const runs = ["queued", "running", "failed", "success"].map((state) => run({ state }));
    expect(eligible("cancel", runs)).toEqual(runs.slice(0, 2));
    expect(eligible("retry", runs)).toEqual(runs.slice(2, 3));
    const causes = ["SourceFileError", "SourceFileError.NoVideoMedia", "InternalError"].map((code) => run({ state: "failed", cause: { code, message: "" } }));
    expect(eligible("retry", causes)).toEqual(causes.slice(2)); // the others would read the same file again
  });

  it("show the duration of what still runs, and of nothing that never began", () => {
    const now = new Date("2026-01-01T00:00:30Z");
    const started_at = "2026-01-01T00:00:00Z";
    expect(tookOf(run({ state: "running", started_at }), now)).toBe(30);
    expect(tookOf(run({ started_at, ended_at: "2026-01-01T00:00:05Z" }), now)).toBe(5);
    expect(tookOf(run({ state: "queued" }), now)).toBeNull();
  });

  it("say why a run failed", () => {
    expect(outcomeOf(run({ cause: { code: "Cancelled", message: "by me" } }))).toBe("Cancelled: by me");
    expect(outcomeOf(run({ cause: { code: "InternalError", message: "x" } }))).toBe("InternalError: x");
    expect(outcomeOf(run({ outputs: 3 }))).toBe("3 outputs");
  });
});

describe("a failure that all items share", () => {
  const item = (message: string, status = "FAIL") => ({ status, code: "A", message });
  const jobs = (...items: object[]) => ({ jobs: items.map((one) => ({ items: [one] })) }) as unknown as Pick<RunReport, "jobs">;

  it("is shown once", () => {
    expect(sharedFailure(jobs(item("x"), item("x")))?.message).toBe("x");
    expect(sharedFailure(jobs(item("x"), item("y")))).toBeUndefined();
    expect(sharedFailure(jobs(item("x"), item("", "SUCCESS")))).toBeUndefined();
  });
});

describe("a run whose source is bad", () => {
  const run = (...codes: string[]) => ({ error: null, jobs: codes.map((code) => ({ items: [{ status: code ? "FAIL" : "SUCCESS", code, message: "" }] })) }) as unknown as Pick<RunReport, "jobs" | "error">;

  it("fails again when it is retried", () => {
    expect(isSourceBad(run("SourceFileError", "", "SourceFileError"))).toBe(true);
    expect(isSourceBad(run("SourceFileError", "SourceFileError.NoVideoMedia"))).toBe(true);
    for (const code of ["SourceFileError", "SourceFileError.NoVideoMedia"]) expect(isSourceBad({ ...run(), error: { code, message: "" } }), code).toBe(true);
  });

  it("is not one that ended because of something else than its source", () => {
    for (const code of ["InternalError", "PermissionDenied", "FailedOperation.BudgetExceeded", "SourceFileErrors"]) expect(isSourceBad({ ...run(), error: { code, message: "" } }), code).toBe(false);
  });

  it("is not one that failed for another cause, too", () => {
    for (const codes of [["SourceFileError", "InternalError"], ["InternalError"], [""], []]) expect(isSourceBad(run(...codes)), codes.join()).toBe(false);
  });
});

describe("detection of uploads", () => {
  const found: Detection = { state: "ok", behind_s: 4, polled_at: null, last_decision_at: null, sources: [] };

  it("says how far behind it is, and why", () => {
    expect(detectionLines(found)[0]).toBe("All uploads up to 4 s ago have been detected.");
    const source = { kind: "queue" as const, place: "https://sqs/1/uploads", polled_at: "2026-01-01T00:00:00Z", succeeded_at: null, failing_since: "2026-01-01T12:00:00Z", error: { message: "refused" } };
    expect(detectionLines({ ...found, state: "failing", sources: [source] })[1]).toMatch(/^uploads, failing since .*2026.*: refused$/);
    expect(detectionLines({ ...found, state: "stopped", behind_s: null })[0]).toMatch(/^Uploads are not detected yet/);
    localStorage.setItem("i18nextLng", "zh-CN");
    expect(detectionLines(found)[0]).toBe("4 秒前的上传均已检测。");
  });
});
