// What a run's page says of a source that one of the run's steps has deleted or moved.
import { expect, test } from "vitest";

import type { RunReport } from "../src/api/runs";
import { isSourceLost, removedText, sourceNow } from "../src/pages/run/removedSource";

const source = { bucket: "media", key: "in/a.mp4" } as RunReport["source"];
const moved = { bucket: "archive", key: "a.mp4", size_bytes: 1, etag: "e", role: "main" as const };
const run = (source_removed: RunReport["source_removed"]) => ({ source, source_removed });

test("a source that no step removed is where it was", () => {
  expect(sourceNow(run(null))).toEqual(source);
  expect([removedText(run(null)), isSourceLost(run(null))]).toEqual(["", false]);
});

test("a moved source is processed at its new place", () => {
  const of = run({ step_id: "keep", moved_to: moved, is_readable: false });
  expect(sourceNow(of)).toEqual(moved);
  expect([removedText(of), isSourceLost(of)]).toEqual(["Step “keep” moved the source to archive/a.mp4.", true]);
});

test("a deleted source is nowhere, and previews read it only where the bucket keeps versions", () => {
  const of = run({ step_id: "clean", moved_to: null, is_readable: true });
  expect([sourceNow(of), removedText(of), isSourceLost(of)]).toEqual([null, "Step “clean” deleted the source.", false]);
});
