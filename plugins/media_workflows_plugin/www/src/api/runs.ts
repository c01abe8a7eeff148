// Calls about runs and the files of one.
import { get, post } from "./client";
import type { Notice } from "../components/notices";
import type { JsonObject, LastRun, Page } from "./types";

export interface MediaFile {
  bucket: string;
  key: string;
  size_bytes: number;
  role: string | null;
  vmaf: number | null;
  container: string | null;
  duration_s: number | null;
  bitrate_bps: number | null;
  width: number | null;
  height: number | null;
  fps: number | null;
  video_codec: string | null;
  audio_codecs: string[];
  picture_count: number | null;
}

export interface Progress {
  phase: string;
  percent: number;
  fps: number | null;
  speed: number | null;
  eta_s: number | null;
  begun_at: string | null;
  updated_at: string;
}

export interface ItemReport {
  item: JsonObject;
  definition: number;
  status: "PROCESSING" | "SUCCESS" | "FAIL";
  code: string;
  message: string;
  notices: Notice[];
  reused: string | null;
  after: MediaFile[];
}

export interface JobReport {
  kind: string;
  state: string | null;
  try_number: number;
  progress: Progress | null;
  begun_at: string | null;
  finished_at: string | null;
  items: ItemReport[];
}

export interface RunReport {
  workflow_id: string;
  run_id: string;
  state: string;
  queued_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  revision: number | null;
  cancelled: { by: string; at: string } | null;
  source: { bucket: string; key: string; size_bytes: number } | null;
  error: { code?: string; message?: string } | null;
  before: MediaFile | null;
  jobs: JobReport[];
  task: JsonObject;
}

export interface RunRow extends LastRun {
  started_at: string | null;
  revision: number | null;
  source: { bucket: string; key: string; size_bytes: number } | null;
  error: { code?: string; message?: string } | null;
  jobs: { kind: string; items: { status: string; code: string; message: string; outputs: { key: string }[] }[] }[];
}

export interface RunFile {
  of: "source" | "output";
  bucket: string;
  key: string;
  size_bytes: number;
  role: string;
  kind: string | null;
  item: number | null;
  time_offset_s: number | null;
  content_type: string;
  url: string; // of the storage, for 15 minutes
  path: string; // the same through the api-server, below the API's root
  playlist: string | null;
}

const path = (run: string, action = "") => `runs/${encodeURIComponent(run)}${action}`;
export const UNFINISHED = new Set(["queued", "running"]);

export const listRuns = (workflow: string, offset: number, limit: number) => get<Page<RunRow>>("runs", { workflow, offset, limit });
export const recentRuns = (limit: number) => get<{ items: (LastRun & { workflow_id: string; started_at: string | null })[] }>("runs/recent", { limit });
export const getRun = (workflow: string, run: string) => get<RunReport>(path(run), { workflow });
export const listFiles = (workflow: string, run: string) => get<Page<RunFile>>(path(run, "/files"), { workflow, limit: 200 });
export const cancelRun = (workflow: string, run: string) => post<RunReport>(path(run, "/cancel"), {}, { workflow });
export const retryRun = (workflow: string, run: string, force: boolean) => post<RunReport>(path(run, "/retry"), { force }, { workflow });
