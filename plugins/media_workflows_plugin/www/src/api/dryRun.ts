// A dry run: what a workflow would do with an object.
import { post } from "./client";
import type { Notice } from "../components/notices";
import type { JsonObject } from "./types";

export interface PlannedOutput {
  bucket: string;
  key: string;
  role: string;
  count: number | null;
  conflict: string;
}

export interface PlannedJob {
  kind: string;
  items: { definition: number; outputs: PlannedOutput[]; notices: Notice[]; code: string; message: string }[];
  commands: string[];
  estimate: { cpu_s: number | null; note: string } | null;
}

export interface DryRun {
  verdict: { rule: string; fires: boolean; meaning: string };
  source: JsonObject | null;
  jobs: PlannedJob[];
  notes: string[];
}

export const dryRun = (definition: JsonObject, key: string) => post<DryRun>("dry-run", { definition, key, calibrate: true });
