import { beforeEach, describe, expect, it } from "vitest";

import type { Health } from "../src/api/home";
import { waitingText } from "../src/components/runs/waitingText";
import { problemsOf } from "../src/pages/home/problems";
import { barsOf } from "../src/pages/home/Sparkline";
import { paths } from "../src/paths";

beforeEach(() => localStorage.setItem("i18nextLng", "en"));

const healthy: Health = {
  components: [{ name: "scheduler", state: "ok", seen_at: null }],
  detection: { state: "ok", behind_s: null, failing: [] },
  engines: [{ name: "ffmpeg", message: "" }, { name: "text", message: "not installed" }],
  disks: [{ worker: "w", free_bytes: 50, total_bytes: 100, cache_bytes: 1, cache_max_bytes: 2, seen_at: "2026-01-01T00:00:00Z" }],
};
const linesOf = (health: Partial<Health>) => problemsOf({ health: { ...healthy, ...health }, failed_joins: [] }).map(({ text }) => text);

describe("problems of the installation", () => {
  it("are none while all works; an engine that is not installed is none", () => {
    expect(problemsOf({ health: healthy, failed_joins: [] })).toEqual([]);
    expect(problemsOf({ health: { ...healthy, detection: null }, failed_joins: [] })).toEqual([]);
  });

  it("say what does not run and how far detection is behind", () => {
    const [line, ...more] = problemsOf({ health: { ...healthy, detection: { state: "stopped", behind_s: 600, failing: [] } }, failed_joins: [] });
    expect([line!.text.includes("10 min 0 s"), line!.to, more]).toEqual([true, paths.airflowDag("media_uploads"), []]);
    expect(linesOf({ detection: { state: "stopped", behind_s: null, failing: [] } })).toEqual([expect.stringContaining("not detected yet")]);
    const source = { kind: "listing" as const, place: "in/", polled_at: "2026-01-01T00:00:00Z", succeeded_at: null, failing_since: "2026-01-01T12:00:00Z", error: { code: "X", message: "no access" } };
    expect(linesOf({ detection: { state: "failing", behind_s: 5, failing: [source] } })[1]).toMatch(/^in\/, failing since .*2026.*: no access$/);
    const dag = { name: "media_events", state: "paused" as const, seen_at: null };
    expect(problemsOf({ health: { ...healthy, components: [dag] }, failed_joins: [] })).toEqual([{ text: "DAG media_events is paused: switch it on.", to: paths.airflowDag("media_events") }]);
    expect(linesOf({ components: [{ name: "triggerer", state: "missing", seen_at: null }] })).toEqual(["Airflow's triggerer has never run."]);
    expect(linesOf({ disks: [{ ...healthy.disks[0]!, free_bytes: 4 }] })).toEqual(["The disk of worker w is almost full: 4 B of 100 B are free."]);
    expect(linesOf({ engines: [{ name: "ffmpeg", message: "cannot run" }] })).toEqual(["cannot run"]);
  });

  it("name each late add-on that joined nothing, why, and its log", () => {
    const join = { workflow_id: "wf_1", workflow_name: "films", bucket: "in", key: "subs/a.srt", run_id: "sidecar__1", uploaded_at: "2026-01-01T00:00:00Z", error: { code: "MediaError", message: "it holds no subtitle" } };
    const [first, second] = problemsOf({ health: healthy, failed_joins: [join, { ...join, workflow_name: null, error: null }] });
    expect(first).toEqual({ text: "“subs/a.srt” could not join the ladders of “films”: it holds no subtitle", to: paths.airflowTask("media_sidecars", "sidecar__1", "join") });
    expect(second!.text).toBe("“subs/a.srt” could not join the ladders of “wf_1”: its task ended without a result; see its log");
  });
});

describe("what a run waits for", () => {
  const slot = { reason: "slot" as const, place: "gpu", ahead: 3, is_more: false, encodes: true, question: "" };

  it("is one sentence in both languages", () => {
    expect(waitingText(slot)).toBe("waiting for a slot behind 3 encodes (pool gpu)");
    expect(waitingText({ ...slot, reason: "worker", encodes: false, ahead: 1000, is_more: true })).toBe("waiting for a worker behind 1,000+ tasks (queue gpu)");
    expect(waitingText({ ...slot, ahead: 0 })).toBe("waiting for a slot, first in line (pool gpu)");
    expect(waitingText({ ...slot, reason: "worker", ahead: 0 })).toBe("waiting for a worker, first in line (queue gpu)");
    expect(waitingText({ ...slot, reason: "runs" })).toBe("waiting for one of 3 running runs of its workflow");
    localStorage.setItem("i18nextLng", "zh-CN");
    expect(waitingText({ ...slot, ahead: 0 })).toBe("等待空闲槽位，排在第一位（资源池 gpu）");
    expect(waitingText(slot)).toBe("等待空闲槽位，前面有 3 个转码（资源池 gpu）");
  });
});

describe("the bars of a sparkline", () => {
  it("are as high as the most of an hour allows, and never vanish", () => {
    expect(barsOf([[0, 0], [100, 1], [50, 50]])).toEqual([
      { x: 0, all: 0, failed: 0 },
      { x: 5, all: 24, failed: 1 },
      { x: 10, all: 12, failed: 12 },
    ]);
  });
});
