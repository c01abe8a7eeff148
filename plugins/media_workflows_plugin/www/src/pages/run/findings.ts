// Findings of review, recognition and analysis, from the results of a run's jobs.
import type { ItemReport, RunReport } from "../../api/runs";
import type { Model } from "../../api/types";
import { t } from "../../i18n";
import { formatNumber } from "../../i18n/format";

export interface Finding {
  start_s: number;
  end_s: number;
  label: string;
  suggestion: string; // pass, review or block
  confidence: number | null;
  picture: string;
}

export type CheckState = "queued" | "running" | "failed" | "success";

// One check: its verdict, what holds for the whole source, the findings; `message` gives the reason when there are none.
// Only with the state `success` an absence of findings means anything.
export interface SubTask {
  type: string; // such as "prohibited.ocr"
  state: CheckState;
  suggestion: string;
  message: string;
  labels: string[];
  findings: Finding[];
}

type Output = NonNullable<Model<"SubTaskResult">["output"]>;
type Span = Pick<Finding, "start_s" | "end_s"> & { confidence?: number };
type Job = Pick<RunReport["jobs"][number], "state"> & { items: Pick<ItemReport, "sub_task_types" | "sub_tasks">[] };

const ELSEWHERE = ["cover", "quality"]; // among the previews, and in a section of its own
const isElsewhere = ({ type, state, message }: SubTask) => ELSEWHERE.includes(type) || (type === "highlight" && state === "success" && !message);
const ENDED = new Set(["success", "failed", "upstream_failed", "skipped", "removed"]); // states of Airflow's tasks
const joined = (...parts: string[]) => parts.filter(Boolean).join(" · ");
const found = ({ start_s, end_s, confidence }: Span, label: string, more: Partial<Finding> = {}): Finding => ({ start_s, end_s, label, suggestion: "", confidence: confidence ?? null, picture: "", ...more });

// Their times; how sure the detection of a face is says nothing about the person.
function unknownFaces(unknown: Model<"UnknownFace">[]): Finding[] {
  return unknown.flatMap(({ number, segments, similar_to, similarity }) => {
    const similar = similar_to ? t("findings.similar_to", { name: similar_to, confidence: formatNumber(similarity ?? 0, 1) }) : "";
    return segments.map(({ start_s, end_s }) => found({ start_s, end_s }, joined(t("findings.unknown_person", { number }), similar)));
  });
}

function findingsOf(output: Output): Finding[] {
  switch (output.shape) {
    case "review":
      return output.segments.map((one) => found(one, joined(one.name || one.keywords.join(", "), one.label || output.label), { suggestion: one.suggestion, picture: one.picture?.url || one.picture?.key || "" }));
    case "faces":
      return [...output.results.flatMap((face) => face.segments.map((one) => found(one, joined(face.name, face.labels[0] ?? "")))), ...unknownFaces(output.unknown)];
    case "words":
      return output.results.flatMap((word) => word.segments.map((one) => found(one, joined(word.keyword, word.labels[0] ?? ""))));
    case "asr_full_text":
      return output.segments.map((one) => found(one, one.text));
    case "ocr_full_text":
      return output.segments.map((one) => found({ start_s: one.start_s, end_s: one.end_s }, one.lines.map(({ text }) => text).join(" ")));
    case "frame_tags":
      return output.segments.map((one) => found({ start_s: one.start_s, end_s: one.end_s }, one.tags.map(({ tag }) => tag).join(", ")));
    default:
      return [];
  }
}

function labelsOf(output: Output): string[] {
  if (output.shape === "faces") return output.unlisted > 0 ? [t("findings.unlisted", { count: output.unlisted })] : [];
  const tags = output.shape === "tags" ? output.tags : output.shape === "classification" ? output.classes : [];
  return tags.map(({ tag, confidence }) => `${tag} ${Math.round(confidence)}`);
}

// Of a check whose job has not ended, or has ended without its result.
function stateWithoutResult(state: string | null): CheckState {
  if (state === "running") return "running";
  return state !== null && ENDED.has(state) ? "failed" : "queued";
}

function subTask(type: string, job: Job, result: Model<"SubTaskResult"> | undefined): SubTask {
  const output = result?.output;
  return {
    type,
    state: result ? (result.status === "SUCCESS" ? "success" : "failed") : stateWithoutResult(job.state),
    suggestion: output?.shape === "review" ? output.suggestion : "",
    message: result?.message ?? "",
    labels: output ? labelsOf(output) : [],
    findings: output ? findingsOf(output) : [],
  };
}

export function subTasksOf(jobs: Job[]): SubTask[] {
  const ofItem = (job: Job) => job.items.flatMap(({ sub_task_types, sub_tasks }) => sub_task_types.map((type) => subTask(type, job, sub_tasks.find((one) => one.type === type))));
  return jobs.flatMap(ofItem).filter((one) => !isElsewhere(one));
}

export type FindingDecision = Model<"FindingDecision">;
export type Decisions = Map<string, FindingDecision>;

// The results have no ids: a finding is known by its time, what was found, and how sure that is.
export const placeOf = ({ start_s, end_s, label, confidence }: Pick<Finding, "start_s" | "end_s" | "label" | "confidence">) => JSON.stringify([start_s, end_s, label, confidence]);

export function decisionsOf(review: RunReport["review"]): Decisions {
  const findings = review?.findings ?? [];
  return new Map(findings.flatMap((one) => (one.decision ? [[placeOf({ ...one, label: joined(one.text, one.label) }), one.decision]] : [])));
}
