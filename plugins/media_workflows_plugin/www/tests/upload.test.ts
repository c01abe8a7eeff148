// Uploads of large files go on after a dropped connection.
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiError } from "../src/api/client";
import { decisionAbout, discardParts, mayGoOn, upload } from "../src/api/upload";

const PART_BYTES = 4;
const PLAN = {
  key: "in/a.mp4",
  upload_id: "u",
  part_bytes: PART_BYTES,
  parts: [1, 2, 3].map((number) => ({ number, size_bytes: PART_BYTES, url: `https://storage/${number}` })),
};

const SENT = { key: "in/a.mp4", decided_before: "" };

let answers: Record<string, number[]>; // the statuses of a part's requests in their order, then 200; 0 = dropped
let requests: string[];
let refusals: number[]; // the statuses of the requests to complete, then 200
let decisions: string[]; // the identities of the decisions about the key, the newest first

class FakeRequest {
  status = 0;
  responseText = "";
  statusText = "";
  upload: { onprogress?: (event: { loaded: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  private name = "";

  open(_method: string, url: string) {
    this.name = url.replace("https://storage/", "");
  }
  setRequestHeader() {}
  send(body: Blob) {
    requests.push(this.name);
    this.status = answers[this.name]?.shift() ?? 200;
    queueMicrotask(() => {
      if (this.status > 0) this.upload.onprogress?.({ loaded: body.size });
      return this.status > 0 ? this.onload?.() : this.onerror?.();
    });
  }
}

const json = (body: object) => new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });

beforeEach(() => {
  vi.useFakeTimers();
  requests = [];
  answers = {};
  decisions = [];
  refusals = [];
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  vi.stubGlobal("fetch", async (url: string) => {
    if (new URL(url).pathname.endsWith("/uploads")) return json({ items: decisions.map((identity) => ({ identity })) });
    requests.push(new URL(url).pathname.replace(/.*workflows\/wf/, ""));
    const status = requests.at(-1) === "/upload/complete" ? refusals.shift() : undefined;
    return status ? Response.json({ message: "refused" }, { status }) : json(PLAN);
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const file = () => new File(["x".repeat(3 * PART_BYTES)], "a.mp4");

function sent(from: File, seen: { sent: number[]; interrupted: boolean[] } = { sent: [], interrupted: [] }) {
  const sending = {
    overwrite: false,
    progress: (bytes: number) => seen.sent.push(bytes),
    interrupted: (is: boolean) => seen.interrupted.push(is),
    signal: new AbortController().signal,
  };
  const done = upload("wf", from, sending).catch((error) => error);
  return vi.advanceTimersByTimeAsync(3_600_000).then(() => done);
}

test("the part that was interrupted is sent again, those before it are not", async () => {
  answers = { 2: [0, 503] };
  const seen = { sent: [] as number[], interrupted: [] as boolean[] };
  expect(await sent(file(), seen)).toEqual(SENT);
  expect(requests).toEqual(["/upload", "1", "2", "2", "2", "3", "/upload/complete"]);
  expect(seen.sent.at(-1)).toBe(3 * PART_BYTES);
  expect(seen.interrupted).toContain(true);
  expect(seen.interrupted.at(-1)).toBe(false);
});

test("a long interruption ends with an error, and the same file goes on from there", async () => {
  answers = { 3: Array(15).fill(0) };
  const big = file();
  const error = await sent(big);
  expect(mayGoOn(error)).toBe(true);
  expect(requests).not.toContain("/upload/abort");
  requests = [];
  expect(await sent(big)).toEqual(SENT);
  expect(requests).toEqual(["3", "/upload/complete"]);
});

test("a refusal discards the parts", async () => {
  answers = { 2: [403] };
  const error = await sent(file());
  expect(error).toBeInstanceOf(ApiError);
  expect(mayGoOn(error)).toBe(false);
  expect(requests.at(-1)).toBe("/upload/abort");
});

test.each([401, 409])("after an answer of %d when all parts are there, none is sent again", async (status) => {
  refusals = [status];
  const big = file();
  const error = await sent(big);
  expect([error.status, mayGoOn(error)]).toEqual([status, true]);
  expect(requests).not.toContain("/upload/abort");
  requests = [];
  expect(await sent(big)).toEqual(SENT);
  expect(requests).toEqual(["/upload/complete"]);
});

test("the session ends amid the parts: the upload goes on with the part that was refused", async () => {
  answers = { 2: [401] };
  const big = file();
  expect(mayGoOn(await sent(big))).toBe(true);
  requests = [];
  expect(await sent(big)).toEqual(SENT);
  expect(requests).toEqual(["2", "3", "/upload/complete"]);
});

test("the parts of a file that is not to replace another are discarded", async () => {
  refusals = [409];
  const big = file();
  await sent(big);
  await discardParts(big);
  expect(requests.at(-1)).toBe("/upload/abort");
  requests = [];
  await sent(big);
  expect(requests[0]).toBe("/upload");
});

test("a storage that was never reached is passed by through the api-server", async () => {
  answers = { 1: [0] };
  expect(await sent(file())).toEqual(SENT);
  expect(requests.slice(0, 3)).toEqual(["/upload", "1", "/upload/abort"]);
  expect(requests.at(-1)).toContain("upload/a.mp4");
  expect(requests).toHaveLength(4);
});

test("the decision about a file that is replaced is not that about the file before", async () => {
  decisions = ["the first file"];
  const replaced = await sent(file());
  expect(replaced).toEqual({ ...SENT, decided_before: "the first file" });
  expect(await decisionAbout("wf", replaced)).toBeNull();
  decisions = ["the second file", "the first file"];
  expect(await decisionAbout("wf", replaced)).toEqual({ identity: "the second file" });
});

test("a file of a new name has no decision at first", async () => {
  expect(await decisionAbout("wf", SENT)).toBeNull();
});
