import { describe, expect, test } from "vitest";

import type { ComparedItem } from "../src/api/comparison";
import type { DeskReview, ReviewedFinding, Verdict } from "../src/api/reviews";
import { bitrateOf, changePercent, sideOf, sideText } from "../src/pages/compare/sides";
import { correction } from "../src/pages/compare/sync";
import { categoryOf, commandOf, KEYS, nextOpen, nextRun, proposal, undecided } from "../src/pages/review/desk";
import { withChange } from "../src/pages/review/useDecisions";
import { decisionsOf, placeOf } from "../src/pages/run/findings";

const press = (key: string, more = {}) => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

function finding(id: string, verdict: Verdict | null = null, asks = true): ReviewedFinding {
  const decision = verdict && { verdict, note: "", by: "me", at: "2026-01-01T00:00:00Z" };
  return { id, step_id: "content_review", type: "prohibited.ocr", start_s: 1, end_s: 2, text: "词", label: "x", confidence: 80, suggestion: "review", picture: null, asks, decision };
}

describe("the keys of the review desk", () => {
  test("are one command each, whatever the case", () => {
    expect(commandOf(press("p"))).toBe("pass");
    expect(commandOf(press("P"))).toBe("pass"); // caps lock
    expect(commandOf(press("P", { shiftKey: true }))).toBe("pass_all");
    expect(commandOf(press("?", { shiftKey: true }))).toBe("keys");
    expect(commandOf(press("ArrowDown"))).toBe("next");
    expect(new Set(KEYS.map(([key]) => key)).size).toBe(KEYS.length);
  });

  test("leave those of the browser alone", () => {
    for (const key of ["ctrlKey", "metaKey", "altKey"]) expect(commandOf(press("p", { [key]: true }))).toBeUndefined();
    for (const key of ["Tab", "Enter", " ", "x"]) expect(commandOf(press(key))).toBeUndefined();
  });
});

describe("what is left to decide", () => {
  const some = [finding("a", "pass"), finding("b"), finding("c", null, false), finding("d")];

  test("is what asks and has no verdict", () => {
    expect(undecided(some).map(({ id }) => id)).toEqual(["b", "d"]);
    expect(nextOpen(some, 1)).toBe(3);
    expect(nextOpen(some, 3)).toBe(1);
    expect(nextOpen([finding("a", "pass")], 0)).toBe(0);
  });

  test("leads to the decision on the run", () => {
    expect(proposal(some)).toBeUndefined();
    expect(proposal([finding("a", "pass"), finding("c", null, false)])).toBe("pass");
    expect(proposal([finding("a"), finding("b", "block")])).toBe("block");
    expect(proposal([])).toBe("pass");
  });

  test("is shown at once, and the note stays with a new verdict", () => {
    const review = { findings: some } as DeskReview;
    const noted = withChange(review, { ids: ["b"], note: "a logo" }, "me");
    const [, after] = withChange(noted, { ids: ["b"], verdict: "block" }, "me").findings;
    expect([after!.decision!.verdict, after!.decision!.note, noted.findings[1]!.decision!.verdict]).toEqual(["block", "a logo", null]);
  });

  test("has a category", () => {
    expect([finding("a"), { ...finding("b", null, false), type: "face" }, { ...finding("c", null, false), type: "blur" }].map(categoryOf)).toEqual(["moderation", "recognition", "quality"]);
  });
});

test("the next run is the one after this, round to those left open before", () => {
  const rows = ["a", "b", "c"].map((run_id) => ({ workflow_id: "w", run_id }));
  expect(nextRun(rows, "w", "b")?.run_id).toBe("c");
  expect(nextRun(rows, "w", "c")?.run_id).toBe("a");
  expect(nextRun(rows, "w", "x")?.run_id).toBe("a");
  expect(nextRun(rows.slice(0, 1), "w", "a")).toBeUndefined();
});

test("a finding of the run's page has the decision on it", () => {
  const decided = decisionsOf({ suggestion: "review", decision: null, findings: [finding("a", "block")] });
  expect(decided.get(placeOf({ start_s: 1, end_s: 2, label: "词 · x", confidence: 80 }))?.verdict).toBe("block");
  expect(decided.get(placeOf({ start_s: 1, end_s: 2, label: "词", confidence: 80 }))).toBeUndefined();
  expect(decisionsOf(null).size).toBe(0);
});

describe("a comparison", () => {
  test("has its sides in the address", () => {
    const side = { workflow: "wf_1", run: "manual 2026+00:00" };
    expect(sideOf(sideText(side))).toEqual(side);
    expect(sideOf(null)).toBeUndefined();
    expect(sideOf("wf_1")).toBeUndefined();
  });

  test("shows differences in per cent", () => {
    expect([changePercent(100, 125), changePercent(3, 2), changePercent(0, 2), changePercent(1, null)]).toEqual([25, -33.3, undefined, undefined]);
  });

  test("takes the bitrate of a ladder from all its files", () => {
    const item = { files: 1, bytes: 1000, shown: { bitrate_bps: 8, duration_s: 4 } } as ComparedItem;
    expect([bitrateOf(item), bitrateOf({ ...item, files: 3 }), bitrateOf({ ...item, files: 3, shown: null })]).toEqual([8, 2000, null]);
  });
});

describe("two players", () => {
  const follower = { time_s: 5, paused: true, duration_s: 10 };

  test("run together", () => {
    expect(correction({ time_s: 5.1, paused: false }, follower)).toEqual({ play: true });
    expect(correction({ time_s: 7, paused: true }, follower)).toEqual({ seek_s: 7 });
    expect(correction({ time_s: 5, paused: true }, { ...follower, paused: false })).toEqual({ play: false });
  });

  test("a shorter one waits at its end", () => {
    expect(correction({ time_s: 12, paused: false }, follower)).toEqual({ seek_s: 10 });
    expect(correction({ time_s: 12, paused: false }, { ...follower, time_s: 10, paused: false })).toEqual({ play: false });
  });
});
