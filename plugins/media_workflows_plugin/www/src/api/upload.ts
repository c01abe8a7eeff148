// Uploads a file into a workflow's trigger directory: directly to the storage, or through the api-server when the
// browser cannot reach the storage.
import { ApiError, apiUrl, post } from "./client";
import type { Model } from "./types";

type Plan = Model<"UploadPlan">;

export interface Sending {
  overwrite: boolean;
  progress: (sent_bytes: number) => void;
  signal: AbortSignal;
}

const path = (workflow: string, action = "") => `workflows/${encodeURIComponent(workflow)}/upload${action}`;

// By XMLHttpRequest, because `fetch` reports no upload progress. Throws ApiError; status 0 = not reached.
function send(url: string, body: Blob, headers: Record<string, string>, { progress, signal }: Sending): Promise<void> {
  return new Promise((done, fail) => {
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

async function sendParts(workflow: string, plan: Plan, file: File, sending: Sending): Promise<void> {
  let before = 0;
  for (const part of plan.parts) {
    const from = (part.number - 1) * plan.part_bytes!;
    const sent = before;
    await send(part.url, file.slice(from, from + part.size_bytes), {}, { ...sending, progress: (bytes) => sending.progress(sent + bytes) });
    before += part.size_bytes;
  }
  await post(path(workflow, "/complete"), { name: file.name, size: file.size, overwrite: sending.overwrite, upload_id: plan.upload_id });
}

async function sendDirectly(workflow: string, plan: Plan, file: File, sending: Sending): Promise<void> {
  if (plan.url) return send(plan.url, file, plan.headers, sending);
  try {
    await sendParts(workflow, plan, file, sending);
  } catch (error) {
    await post(path(workflow, "/abort"), { name: file.name, size: file.size, upload_id: plan.upload_id }).catch(() => undefined);
    throw error;
  }
}

// Returns the object key. Throws ApiError; 409 = the object exists.
export async function upload(workflow: string, file: File, sending: Sending): Promise<string> {
  const plan = await post<Plan>(path(workflow), { name: file.name, size: file.size, overwrite: sending.overwrite });
  try {
    await sendDirectly(workflow, plan, file, sending);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 0) throw error;
    const url = apiUrl(path(workflow, `/${encodeURIComponent(file.name)}`), { overwrite: sending.overwrite });
    await send(url, file, {}, sending);
  }
  return plan.key;
}
