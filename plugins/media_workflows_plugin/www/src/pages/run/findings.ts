// Findings of review, recognition and analysis, parsed from the run's task in the vendor's format.
import type { RunReport } from "../../api/runs";
import type { Json, JsonObject, Model } from "../../api/types";

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
  type: string; // such as "Prohibited.Ocr"
  state: CheckState;
  suggestion: string;
  message: string;
  labels: string[];
  findings: Finding[];
}

const SETS = ["AiContentReviewResultSet", "AiRecognitionResultSet", "AiAnalysisResultSet"];
const STEPS = ["ReviewTask", "RecognitionTask", "AnalysisTask"];
const WHOLE: Record<string, string> = { TagSet: "Tag", ClassificationSet: "Classification" };
const object = (value: Json | undefined): JsonObject => (value !== null && typeof value === "object" && !Array.isArray(value) ? value : {});
const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.map(object) : []);
const text = (value: Json | undefined) => (typeof value === "string" ? value : "");
const sure = (of: JsonObject) => (typeof of.Confidence === "number" ? ` ${Math.round(of.Confidence)}` : "");

function labelOf(segment: JsonObject, around: JsonObject): string {
  const words = Array.isArray(segment.KeywordSet) ? segment.KeywordSet.join(", ") : "";
  const read = list(segment.TextSet).map((one) => text(one.Text)).join(" ");
  const tags = list(segment.TagSet).map((one) => text(one.Tag)).join(", ");
  const name = text(segment.Text) || read || tags || text(segment.Name) || text(around.Name) || text(around.Word);
  return [words || name, text(segment.Label) || text(around.Label)].filter(Boolean).join(" · ");
}

function found(segment: JsonObject, around: JsonObject): Finding {
  return {
    start_s: Number(segment.StartTimeOffset ?? 0),
    end_s: Number(segment.EndTimeOffset ?? segment.StartTimeOffset ?? 0),
    label: labelOf(segment, around),
    suggestion: text(segment.Suggestion),
    confidence: typeof segment.Confidence === "number" ? segment.Confidence : null,
    picture: text(segment.Url),
  };
}

// Every segment below an output: right there, or within its result set.
function findingsOf(output: JsonObject): Finding[] {
  const inside = list(output.ResultSet).flatMap((result) => list(result.SegmentSet).map((segment) => found(segment, result)));
  return [...list(output.SegmentSet).map((segment) => found(segment, output)), ...inside];
}

const labelsOf = (output: JsonObject) => Object.entries(WHOLE).flatMap(([set, name]) => list(output[set]).map((one) => text(one[name]) + sure(one)));

// A task of the reference is PROCESSING from the start of its run; one that has not begun has no BeginProcessTime.
function stateOf(task: JsonObject): CheckState {
  if (task.Status === "SUCCESS") return "success";
  if (task.Status === "FAIL") return "failed";
  return text(task.BeginProcessTime) ? "running" : "queued";
}

function subTask(result: JsonObject): SubTask[] {
  const task = Object.values(result).map(object).find((value) => "Output" in value);
  if (!task) return [];
  const output = object(task.Output);
  return [{ type: text(result.Type), state: stateOf(task), suggestion: text(output.Suggestion), message: text(task.Message), labels: labelsOf(output), findings: findingsOf(output) }];
}

// `task` is the run's detail: what the reference calls WorkflowTask lies inside, of a workflow with steps the ScheduleTask,
// whose results of one step have those of its checks as their output.
export function subTasksOf(task: JsonObject): SubTask[] {
  const workflowTask = object(task.WorkflowTask);
  const activities = list(object(task.ScheduleTask).ActivityResultSet).map((one) => object(one.ActivityResItem));
  const ofSteps = activities.flatMap((one) => STEPS.flatMap((step) => list(object(one[step]).Output)));
  return [...SETS.flatMap((set) => list(workflowTask[set])), ...ofSteps].flatMap(subTask);
}

export type FindingDecision = Model<"FindingDecision">;
export type Decisions = Map<string, FindingDecision>;

// The vendor's format has no ids: a finding is known by its time, what was found, and how sure that is.
export const placeOf = ({ start_s, end_s, label, confidence }: Pick<Finding, "start_s" | "end_s" | "label" | "confidence">) => JSON.stringify([start_s, end_s, label, confidence]);

export function decisionsOf(review: RunReport["review"]): Decisions {
  const findings = review?.findings ?? [];
  return new Map(findings.flatMap((one) => (one.decision ? [[placeOf({ ...one, label: [one.text, one.label].filter(Boolean).join(" · ") }), one.decision]] : [])));
}
