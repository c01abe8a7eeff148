// A ladder that is played while it is made: its note and address, and a player that goes on with the verified one.
import { useState } from "react";
import { expect, test, vi } from "vitest";

import type { RunFile, RunReport } from "../src/api/runs";
import { Previews } from "../src/pages/run/Previews";
import { useRunFiles } from "../src/pages/run/useRunFiles";
import { click, drawn, serve, until } from "./rendered";

type Listener = (event: string, data: { fatal: boolean; details: string }) => void;
const players = vi.hoisted(() => [] as { loaded: string[]; started: number; fail: Listener }[]);

vi.mock("hls.js/light", () => ({
  default: class {
    loaded: string[] = [];
    started = 0;
    fail: Listener = () => undefined;
    constructor() {
      players.push(this);
    }
    loadSource(url: string) {
      this.loaded.push(url);
    }
    startLoad() {
      this.started += 1;
    }
    on(_: string, listener: Listener) {
      this.fail = listener;
    }
    attachMedia() {}
    destroy() {}
  },
}));

const ADDRESS = "https://s3.example.com/out/film.m3u8";
const ladder = (is_early: boolean) =>
  ({
    ...{ of: "output", bucket: "out", key: "film.m3u8", role: "manifest", kind: "adaptive_dynamic_streaming", step_id: "adaptive_dynamic_streaming" },
    ...{ content_type: "application/vnd.apple.mpegurl", time_offset_s: null, item: null, is_early },
    ...{ url: `${ADDRESS}?X-Amz-Signature=1`, path: "content/film.m3u8", playlist: "runs/r/playlist?key=film.m3u8" },
  }) as unknown as RunFile;

function Shown() {
  const [isEarly, setEarly] = useState(true);
  return (
    <>
      <button type="button" onClick={() => setEarly(false)}>
        verified
      </button>
      <Previews files={[ladder(isEarly)]} />
    </>
  );
}

test.each([
  ["en", "Copy address", "Address copied"],
  ["zh-CN", "复制地址", "地址已复制"],
] as const)("its address is copied without the signature (%s)", async (language, copy, copied) => {
  const writeText = vi.fn(() => Promise.resolve());
  vi.stubGlobal("navigator", Object.create(navigator, { clipboard: { value: { writeText } } }));
  const place = await drawn(<Shown />, language);
  expect(place.querySelector("code")!.textContent).toBe(ADDRESS);
  await click(copy);
  expect(writeText).toHaveBeenCalledWith(ADDRESS);
  await until(() => place.textContent!.includes(copied));
});

test("without a clipboard, the address can be read", async () => {
  vi.stubGlobal("navigator", Object.create(navigator, { clipboard: { value: undefined } }));
  const place = await drawn(<Shown />);
  expect(place.textContent).toContain(ADDRESS);
  expect(place.textContent).not.toContain("Copy address");
});

test("the same player goes on with the verified ladder, which has no note", async () => {
  players.length = 0;
  const place = await drawn(<Shown />);
  await until(() => players.length === 1);
  const video = place.querySelector("video");
  await click("verified");
  expect(place.querySelector("video")).toBe(video);
  expect(place.querySelector("code")).toBeNull();
  expect(players).toHaveLength(1);
});

test("a playlist that is away for a moment is asked for again, and a segment that is not readable comes through the server", async () => {
  players.length = 0;
  await drawn(<Shown />);
  await until(() => players.length === 1);
  const [player] = players;
  player!.fail("hlsError", { fatal: true, details: "levelLoadError" });
  await until(() => player!.started === 1);
  expect(player!.loaded).toHaveLength(1);
  player!.fail("hlsError", { fatal: true, details: "fragLoadError" });
  expect(player!.loaded[1]).toContain("content/film.m3u8");
});

function Files({ run }: { run: RunReport }) {
  return <p>{useRunFiles(run).data?.items.map(({ is_early }) => (is_early ? "early" : "verified")).join()}</p>;
}

const report = (job: object) => ({ workflow_id: "wf_1", run_id: "r1", jobs: [{ finished_at: null, ...job }] }) as unknown as RunReport;
const REPORTS = [report({}), report({ early_playlists: [{ bucket: "out", key: "film.m3u8" }] }), report({ finished_at: "2026-11-30T00:00:00Z" })];

function Run() {
  const [at, setAt] = useState(0);
  return (
    <>
      <button type="button" onClick={() => setAt(at + 1)}>
        next
      </button>
      <Files run={REPORTS[at]!} />
    </>
  );
}

test("files are asked for when there is an early playlist, and when it is verified", async () => {
  const answers = [[], [ladder(true)], [ladder(false)]];
  serve(() => ({ body: { total: 1, items: answers.shift() ?? [] } }));
  const place = await drawn(<Run />);
  const text = () => place.querySelector("p")!.textContent;
  await until(() => text() === "");
  await click("next");
  await until(() => text() === "early");
  await click("next");
  await until(() => text() === "verified");
});
