// Calls to the product's API. Addresses are relative to the page, so Airflow may live under any path.

import { t } from "./i18n.js";

const READ_TIMEOUT_MS = 30_000;
const ROOT = new URL("api/v1/", document.baseURI);

// `status` 0 = the server was not reached. `problems` are those of a bad definition.
export class ApiError extends Error {
  constructor(status, body) {
    super(messageOf(status, body));
    this.status = status;
    this.code = body?.code ?? "";
    this.problems = problemsOf(body);
  }
}

function messageOf(status, body) {
  if (status === 0) return t("error.network");
  if (status === 401) return t("error.login");
  const message = body?.message ?? (typeof body?.detail === "string" ? body.detail : "");
  return message || t("error.server", { status });
}

// Our own problems, or FastAPI's when the request as a whole had the wrong form.
function problemsOf(body) {
  if (Array.isArray(body?.problems)) return body.problems;
  if (!Array.isArray(body?.detail)) return [];
  return body.detail.map((fault) => ({ field: fault.loc.slice(1).join("."), got: JSON.stringify(fault.input), wants: fault.msg }));
}

let connectionListener = () => {};

// `listener(status)` hears of every answer: 0 and 401 mean that nothing works until somebody acts.
export function onAnswer(listener) {
  connectionListener = listener;
}

async function call(method, path, { query = {}, body } = {}) {
  const url = new URL(path, ROOT);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const request = { method, credentials: "same-origin", headers: { Accept: "application/json" } };
  if (method === "GET") request.signal = AbortSignal.timeout(READ_TIMEOUT_MS); // a write may have happened: it is waited for
  if (body !== undefined) {
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(url, request);
  } catch {
    connectionListener(0);
    throw new ApiError(0, null);
  }
  connectionListener(answer.status);
  const content = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(answer.status, content);
  return content;
}

const workflowPath = (id, action = "") => `workflows/${encodeURIComponent(id)}${action}`;

export const listWorkflows = (query) => call("GET", "workflows", { query });
export const getWorkflow = (id) => call("GET", workflowPath(id));
export const createWorkflow = (definition) => call("POST", "workflows", { body: definition });
export const updateWorkflow = (id, revision, definition) => call("PUT", workflowPath(id), { body: { revision, definition } });
export const deleteWorkflow = (id) => call("DELETE", workflowPath(id));
export const setEnabled = (id, enabled) => call("POST", workflowPath(id, enabled ? "/enable" : "/disable"));
export const listTemplates = () => call("GET", "templates");
export const listRuns = (workflow, offset, limit) => call("GET", "runs", { query: { workflow, offset, limit } });
export const listUploads = (workflow, offset, limit) => call("GET", "uploads", { query: { workflow, offset, limit } });
