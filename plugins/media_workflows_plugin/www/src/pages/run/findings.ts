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

export type CheckState = "queued" | "running" | "skipped" | "failed" | "success";

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
type Job = Pick<RunReport["jobs"][number], "state"> & Partial<Pick<RunReport["jobs"][number], "kind">> & { items: Pick<ItemReport, "sub_task_types" | "sub_tasks">[] };

// Shown among the previews, or in a section of its own; why there is none is shown here.
const hasOwnPlace = ({ kind }: Job, { type, state }: SubTask) => type === "cover" || (type === "quality" && kind !== "analysis") || (type === "highlight" && state === "success");
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

// A paragraph by its own sentences; a title that is one of them is not repeated.
function paragraphText({ title, keywords, sentences }: Model<"Paragraph">): string {
  const quoted = sentences.map(({ text }) => text).join(" ");
  return joined(quoted.startsWith(title) ? "" : title, quoted, keywords.join(t("list.separator")));
}

// Each place at which a topic is said or shown.
const topicPlaces = ({ topic, said, shown, segments }: Model<"Topic">): Finding[] =>
  segments.map(({ start_s, end_s }) => found({ start_s, end_s }, t("description.topic", { name: topic, said, shown })));

const spans = (of: Span[], label: "findings.black" | "findings.frozen" | "findings.silent") => of.map(({ start_s, end_s }) => found({ start_s, end_s }, t(label)));

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
    case "speech_description":
      return [...output.paragraphs.map((one) => found({ start_s: one.start_s, end_s: one.end_s }, paragraphText(one))), ...output.topics.flatMap(topicPlaces)];
    case "quality":
      return [...spans(output.black, "findings.black"), ...spans(output.frozen, "findings.frozen"), ...spans(output.silent, "findings.silent")].sort((one, other) => one.start_s - other.start_s);
    default:
      return [];
  }
}

function loudness({ integrated_lufs, loudness_range_lu, true_peak_dbtp }: Model<"QualityOutput">): string[] {
  if (integrated_lufs === null) return [];
  const values = { lufs: integrated_lufs, lu: loudness_range_lu, dbtp: true_peak_dbtp };
  const shown = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === null ? "–" : formatNumber(value, 1)]));
  return [t("findings.loudness", shown)];
}

function labelsOf(output: Output): string[] {
  if (output.shape === "quality") return loudness(output);
  if (output.shape === "faces") return output.unlisted > 0 ? [t("findings.unlisted", { count: output.unlisted })] : [];
  if (output.shape === "speech_description") return [output.title?.text ?? "", ...output.keywords.map(({ keyword, count }) => `${keyword} ×${count}`)].filter(Boolean);
  const tags = output.shape === "tags" ? output.tags : output.shape === "classification" ? output.classes : [];
  return tags.map(({ tag, confidence }) => `${tag} ${Math.round(confidence)}`);
}

// Of a check whose job has not ended, or has ended without its result.
function stateWithoutResult(state: string | null): CheckState {
  if (state === "running" || state === "skipped") return state;
  return state !== null && ENDED.has(state) ? "failed" : "queued";
}

function subTask(type: string, job: Job, result: Model<"SubTaskResult"> | undefined): SubTask {
  const output = result?.output;
  return {
    type,
    state: result ? (result.status === "SUCCESS" ? "success" : "failed") : stateWithoutResult(job.state),
    suggestion: output?.shape === "review" ? output.suggestion : "",
    message: result?.message || (output?.shape === "speech_description" ? t(output.title ? "description.quoted" : "description.topics_only") : ""),
    labels: output ? labelsOf(output) : [],
    findings: output ? findingsOf(output) : [],
  };
}

export function subTasksOf(jobs: Job[]): SubTask[] {
  const ofItem = (job: Job) => job.items.flatMap(({ sub_task_types, sub_tasks }) => sub_task_types.map((type) => subTask(type, job, sub_tasks.find((one) => one.type === type))));
  return jobs.flatMap((job) => ofItem(job).filter((one) => one.message || !hasOwnPlace(job, one)));
}

export type FindingDecision = Model<"FindingDecision">;
export type Decisions = Map<string, FindingDecision>;

// The results have no ids: a finding is known by its time, what was found, and how sure that is.
export const placeOf = ({ start_s, end_s, label, confidence }: Pick<Finding, "start_s" | "end_s" | "label" | "confidence">) => JSON.stringify([start_s, end_s, label, confidence]);

export function decisionsOf(review: RunReport["review"]): Decisions {
  const findings = review?.findings ?? [];
  return new Map(findings.flatMap((one) => (one.decision ? [[placeOf({ ...one, label: joined(one.text, one.label) }), one.decision]] : [])));
}
