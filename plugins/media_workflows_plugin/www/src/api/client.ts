// One call to the product's API. Addresses are below Airflow's own base, so Airflow may live under any path.
import { t } from "../i18n";

export interface Problem {
  field: string;
  got: string;
  expected: string;
  template?: string;
  parameters?: Record<string, string>;
}

interface ErrorBody {
  code?: string;
  message?: string;
  template?: string;
  parameters?: Record<string, string>;
  problems?: Problem[];
}

// `status` 0 = the server was not reached. `problems` are those of a bad definition or request.
export class ApiError extends Error {
  readonly code: string;
  readonly template?: string;
  readonly parameters?: Record<string, string>;
  readonly problems: Problem[];

  constructor(
    readonly status: number,
    body: ErrorBody | null,
  ) {
    super(messageOf(status, body));
    this.code = body?.code ?? "";
    this.template = body?.template;
    this.parameters = body?.parameters;
    this.problems = body?.problems ?? [];
  }
}

function messageOf(status: number, body: ErrorBody | null): string {
  if (status === 0) return body?.message || t("error.network");
  if (status === 401) return t("error.login");
  return body?.message || t("error.server", { status });
}

export const API_ROOT = "media-workflows/api/v1/";
const READ_TIMEOUT_MS = 30_000;

type Query = Record<string, string | number | boolean | undefined>;

export function apiUrl(path: string, query: Query = {}): string {
  const url = new URL(API_ROOT + path, document.baseURI);
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== "") url.searchParams.set(name, String(value));
  return url.href;
}

// An answer that is not there, or not whole. Only what changes nothing is asked again without a second thought.
const unanswered = (changes: boolean) => new ApiError(0, changes ? { message: t("error.network_change") } : null);

// The error of a read that is repeated by itself.
export const ofRepeated = (error: unknown) => (error instanceof ApiError && error.status === 0 ? new ApiError(0, { message: t("error.network_polled") }) : error);

interface Answered {
  answer: Response;
  isJson: boolean;
  content: unknown;
}

async function fetched(method: string, url: string, body: unknown, changes: boolean): Promise<Answered> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  // Only reads have a timeout: a write may have taken effect, so its answer is awaited.
  const signal = method === "GET" ? AbortSignal.timeout(READ_TIMEOUT_MS) : undefined;
  try {
    const answer = await fetch(url, { method, headers, signal, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body) });
    const text = answer.status === 204 ? "" : await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
    return { answer, isJson, content: isJson && text ? JSON.parse(text) : text || null };
  } catch {
    throw unanswered(changes);
  }
}

interface Call {
  query?: Query;
  body?: unknown;
  changes?: boolean; // something at the server
}

async function call<Answer>(method: string, path: string, { query, body, changes = method !== "GET" }: Call = {}): Promise<Answer> {
  const { answer, isJson, content } = await fetched(method, apiUrl(path, query), body, changes);
  if (!answer.ok) throw new ApiError(answer.status, isJson ? (content as ErrorBody) : null);
  return content as Answer;
}

// A second click before the answer is there asks for the same: it gets the answer of the first.
const pendingPosts = new Map<string, Promise<unknown>>();

function postOnce<Answer>(path: string, body: unknown, query?: Query, changes = true): Promise<Answer> {
  const name = JSON.stringify([path, query, body]);
  const pending = pendingPosts.get(name) as Promise<Answer> | undefined;
  if (pending) return pending;
  const sent = call<Answer>("POST", path, { body, query, changes }).finally(() => pendingPosts.delete(name));
  pendingPosts.set(name, sent);
  return sent;
}

export const get = <Answer>(path: string, query?: Query) => call<Answer>("GET", path, { query });
export const post = <Answer>(path: string, body: unknown = {}, query?: Query) => postOnce<Answer>(path, body, query);
// A question that is too long for an address: it changes nothing.
export const ask = <Answer>(path: string, body: unknown) => postOnce<Answer>(path, body, undefined, false);
export const put = <Answer>(path: string, body: unknown) => call<Answer>("PUT", path, { body });
export const remove = (path: string) => call<null>("DELETE", path);
