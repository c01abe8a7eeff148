// Uploads a file into a workflow's trigger directory: directly to the storage, or through the api-server when the
// browser cannot reach the storage. After a dropped connection it goes on with the part that was being sent.
import { ApiError, apiUrl, post } from "./client";
import type { Model } from "./types";
import { listUploads, type UploadDecision } from "./workflows";

type Plan = Model<"UploadPlan">;

export interface Sending {
  overwrite: boolean;
  progress: (sent_bytes: number) => void;
  interrupted: (isInterrupted: boolean) => void; // the connection was dropped, and is tried again
  signal: AbortSignal;
}

// What was sent, and the newest decision about its key before that: '' = there was none.
export interface Sent {
  key: string;
  decided_before: string;
}

// The storage has received bytes of this file, so a failure is not one of its address or its CORS rule.
interface Reached {
  once: boolean;
}

// An upload in parts that the connection has interrupted for too long: these parts are there.
interface Begun {
  workflow: string;
  plan: Plan;
  sent: Set<number>;
}

const RETRY_AFTER_MS = [1_000, 2_000, 4_000, 8_000, 16_000, ...Array<number>(9).fill(30_000)];

const begun = new WeakMap<File, Begun>();

const path = (workflow: string, action = "") => `workflows/${encodeURIComponent(workflow)}/upload${action}`;

// By XMLHttpRequest, because `fetch` reports no upload progress. Throws ApiError; status 0 = not reached.
function send(url: string, body: Blob, headers: Record<string, string>, { progress, signal }: Sending): Promise<void> {
  return new Promise((done, fail) => {
    signal.throwIfAborted(); // an abort before this sends no event
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress(event.loaded);
    request.onload = () => (request.status < 300 ? done() : fail(new ApiError(request.status, bodyOf(request))));
    request.onerror = () => fail(new ApiError(0, null));
    request.onabort = () => fail(new DOMException("", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

function bodyOf(request: XMLHttpRequest) {
  try {
    return JSON.parse(request.responseText) as { message?: string };
  } catch {
    return { message: request.responseText.slice(0, 300) || request.statusText };
  }
}

// Whether the same request may succeed later, by itself.
const isDropped = (error: unknown) => error instanceof ApiError && (error.status === 0 || error.status >= 500);

// Whether the upload may go on: now, after a login, or once it is decided that it replaces the object that exists meanwhile.
export const mayGoOn = (error: unknown) => isDropped(error) || (error instanceof ApiError && (error.status === 401 || error.status === 409));

// Until the time is over, or the browser is online again.
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    setTimeout(done, ms);
    addEventListener("online", () => done(), { once: true, signal });
    signal.addEventListener("abort", () => fail(new DOMException("", "AbortError")), { once: true });
  });
}

async function sendPersistently(url: string, body: Blob, headers: Record<string, string>, sending: Sending, reached: Reached): Promise<void> {
  const progress = (bytes: number) => {
    if (bytes > 0) {
      reached.once = true;
      sending.interrupted(false);
    }
    sending.progress(bytes);
  };
  for (let failures = 0; ; failures++) {
    try {
      return await send(url, body, headers, { ...sending, progress });
    } catch (error) {
      if (!isDropped(error) || !reached.once || failures === RETRY_AFTER_MS.length) throw error;
      sending.interrupted(true);
      await pause(RETRY_AFTER_MS[failures]!, sending.signal);
    }
  }
}

async function sendParts({ workflow, plan, sent }: Begun, file: File, sending: Sending, reached: Reached): Promise<void> {
  let before = 0;
  for (const part of plan.parts) {
    const from = (part.number - 1) * plan.part_bytes!;
    const ahead = before;
    if (!sent.has(part.number)) {
      const progress = (bytes: number) => sending.progress(ahead + bytes);
      await sendPersistently(part.url, file.slice(from, from + part.size_bytes), {}, { ...sending, progress }, reached);
      sent.add(part.number);
    }
    before += part.size_bytes;
  }
  await post(path(workflow, "/complete"), { name: file.name, size: file.size, overwrite: sending.overwrite, upload_id: plan.upload_id });
}

// Discards the parts of an upload that does not go on.
export async function discardParts(file: File): Promise<void> {
  const upload = begun.get(file);
  if (!upload?.plan.upload_id) return;
  begun.delete(file);
  await post(path(upload.workflow, "/abort"), { name: file.name, size: file.size, upload_id: upload.plan.upload_id }).catch(() => undefined);
}

// What may go on stays for the next try; after another error its parts are discarded.
async function sendDirectly(upload: Begun, file: File, sending: Sending, reached: Reached): Promise<void> {
  const { plan } = upload;
  if (plan.url) return sendPersistently(plan.url, file, plan.headers, sending, reached);
  begun.set(file, upload);
  try {
    await sendParts(upload, file, sending, reached);
    begun.delete(file);
  } catch (error) {
    if (!reached.once || !mayGoOn(error)) await discardParts(file);
    throw error;
  }
}

async function planned(workflow: string, file: File, overwrite: boolean): Promise<Begun> {
  const before = begun.get(file);
  if (before?.workflow === workflow) return before;
  return { workflow, plan: await post<Plan>(path(workflow), { name: file.name, size: file.size, overwrite }), sent: new Set() };
}

// The newest decision about a key, unless it is the one before the upload: a file that is replaced has one already.
export async function decisionAbout(workflow: string, { key, decided_before }: Sent): Promise<UploadDecision | null> {
  const [newest] = (await listUploads(workflow, 0, 1, key)).items;
  return newest && newest.identity !== decided_before ? newest : null;
}

// Throws ApiError; 409 = the object exists. The same file once more continues what `mayGoOn`.
export async function upload(workflow: string, file: File, sending: Sending): Promise<Sent> {
  const upload = await planned(workflow, file, sending.overwrite);
  const { key } = upload.plan;
  const before = await decisionAbout(workflow, { key, decided_before: "" });
  const reached = { once: upload.sent.size > 0 };
  try {
    await sendDirectly(upload, file, sending, reached);
  } catch (error) {
    if (reached.once || !(error instanceof ApiError) || error.status !== 0) throw error;
    const url = apiUrl(path(workflow, `/${encodeURIComponent(file.name)}`), { overwrite: sending.overwrite });
    await send(url, file, {}, sending);
  }
  return { key, decided_before: before?.identity ?? "" };
}
