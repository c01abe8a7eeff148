// Uploads belong to no component: they go on, and are listed, whatever page is shown.
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiError } from "../src/api/client";
import { type Sending, upload } from "../src/api/upload";
import { addUploads, allUploads, cancelUpload, canGoOn, goOn, keepExisting, overwriteUpload, removeEnded, watchUploads } from "../src/api/uploads";

const SENT = { key: "in/a.mp4", decided_before: "" };

interface Transfer {
  sending: Sending;
  end: (error?: unknown) => Promise<void>;
}

let transfers: Transfer[];

vi.mock("../src/api/upload", async (original) => ({ ...(await original<object>()), upload: vi.fn() }));

beforeEach(() => {
  transfers = [];
  vi.mocked(upload).mockImplementation(
    (_workflow, _file, sending) =>
      new Promise((done, fail) => {
        sending.signal.addEventListener("abort", () => fail(new DOMException("", "AbortError")));
        const end = async (error?: unknown) => {
          error ? fail(error) : done(SENT);
          await Promise.resolve();
          await new Promise((go) => setTimeout(go));
        };
        transfers.push({ sending, end });
      }),
  );
});

afterEach(async () => {
  for (const { end } of transfers) await end();
  removeEnded("wf");
  removeEnded("other");
});

const file = (name = "a.mp4") => new File(["x"], name);
const phases = () => allUploads().map(({ phase }) => phase);
const settled = () => new Promise((go) => setTimeout(go));

// Whether the browser would ask before the page is left.
function asks(): boolean {
  const leaving = new Event("beforeunload", { cancelable: true });
  dispatchEvent(leaving);
  return leaving.defaultPrevented;
}

test("a transfer goes on while no page shows it, and is there on return with its progress", async () => {
  const seen: number[] = [];
  const leave = watchUploads(() => seen.push(allUploads()[0]!.sent_bytes));
  addUploads("wf", [file()]);
  transfers[0]!.sending.progress(3);
  leave();
  transfers[0]!.sending.progress(7);
  expect([seen.at(-1), allUploads()[0]!.sent_bytes, phases()]).toEqual([3, 7, ["sending"]]);
  await transfers[0]!.end();
  expect(allUploads()[0]).toMatchObject({ phase: "sent", sent: SENT, workflow: "wf" });
});

test("the browser asks before the page is left only while something is sent", async () => {
  expect(asks()).toBe(false);
  addUploads("wf", [file(), file("b.mp4")]);
  await transfers[0]!.end();
  expect(asks()).toBe(true);
  await transfers[1]!.end(new ApiError(403, null));
  expect(asks()).toBe(false);
});

test("it is cancelled from any page", async () => {
  addUploads("wf", [file()]);
  cancelUpload(allUploads()[0]!);
  await settled();
  expect(phases()).toEqual(["cancelled"]);
});

test("three are sent at a time; one that waits can be cancelled", async () => {
  addUploads("wf", ["a", "b", "c", "d", "e"].map(file));
  expect([transfers.length, phases()]).toEqual([3, Array(5).fill("sending")]);
  cancelUpload(allUploads()[3]!);
  await settled();
  expect([transfers.length, phases()[3]]).toEqual([3, "cancelled"]);
  await transfers[1]!.end();
  expect(transfers.length).toBe(4);
  for (const { end } of transfers) await end();
  expect(phases()).toEqual(["sent", "sent", "sent", "cancelled", "sent"]);
});

test("a file that exists is kept or overwritten, and the question does not cancel its own answer", async () => {
  addUploads("wf", [file(), file("b.mp4")]);
  for (const { end } of transfers) await end(new ApiError(409, null));
  const [one, other] = allUploads();
  overwriteUpload(one!);
  keepExisting(one!); // the dialog closes after its answer
  keepExisting(other!);
  expect(phases()).toEqual(["sending", "cancelled"]);
  expect(transfers[2]!.sending).toMatchObject({ overwrite: true, signal: { aborted: false } });
});

test("what was interrupted goes on as it was begun", async () => {
  addUploads("wf", [file()]);
  await transfers[0]!.end(new ApiError(409, null));
  overwriteUpload(allUploads()[0]!);
  await transfers[1]!.end(new ApiError(0, null));
  expect(canGoOn(allUploads()[0]!)).toBe(true);
  goOn(allUploads()[0]!);
  expect([transfers[2]!.sending.overwrite, phases()]).toEqual([true, ["sending"]]);
});

test("ended ones are removed by workflow, and the oldest of many by themselves", async () => {
  addUploads("wf", [file()]);
  addUploads("other", [file(), file("b.mp4")]);
  await transfers[0]!.end();
  await transfers[1]!.end();
  removeEnded("other");
  expect(phases()).toEqual(["sending", "sent"]);
  for (let count = 0; count < 110; count++) {
    addUploads("wf", [file()]);
    await transfers.at(-1)!.end();
  }
  expect(allUploads()).toHaveLength(102);
  expect(allUploads().at(-2)!.phase).toBe("sent");
});
