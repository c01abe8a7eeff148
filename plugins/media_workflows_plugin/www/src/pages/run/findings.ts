// What moderation, recognition and analysis found, out of the run's task in the reference's shape.
import type { Json, JsonObject } from "../../api/types";

export interface Finding {
  group: string; // such as "Porn.Ocr"
  start_s: number;
  end_s: number;
  label: string;
  suggestion: string; // pass, review or block
  confidence: number | null;
  picture: string;
}

const SETS = ["AiContentReviewResultSet", "AiRecognitionResultSet", "AiAnalysisResultSet"];
const object = (value: Json | undefined): JsonObject => (value !== null && typeof value === "object" && !Array.isArray(value) ? value : {});
const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.map(object) : []);
const text = (value: Json | undefined) => (typeof value === "string" ? value : "");

function labelOf(segment: JsonObject, around: JsonObject): string {
  const words = Array.isArray(segment.KeywordSet) ? segment.KeywordSet.join(", ") : "";
  const texts = list(segment.TextSet).map((one) => text(one.Text)).join(" ");
  return text(segment.Label) || words || text(segment.Text) || texts || text(segment.Name) || text(around.Name) || text(around.Word) || text(around.Label);
}

function found(group: string, segment: JsonObject, around: JsonObject): Finding {
  return {
    group,
    start_s: Number(segment.StartTimeOffset ?? 0),
    end_s: Number(segment.EndTimeOffset ?? segment.StartTimeOffset ?? 0),
    label: labelOf(segment, around),
    suggestion: text(segment.Suggestion) || text(around.Suggestion),
    confidence: typeof segment.Confidence === "number" ? segment.Confidence : null,
    picture: text(segment.Url),
  };
}

// Every segment below an output: right there, or within its result set.
function ofOutput(group: string, output: JsonObject): Finding[] {
  const inside = list(output.ResultSet).flatMap((result) => list(result.SegmentSet).map((segment) => found(group, segment, result)));
  return [...list(output.SegmentSet).map((segment) => found(group, segment, output)), ...inside];
}

export function findingsOf(task: JsonObject): Finding[] {
  return SETS.flatMap((set) => list(task[set])).flatMap((result) => {
    const outputs = Object.values(result).map((value) => object(object(value).Output)).filter((output) => Object.keys(output).length > 0);
    return outputs.flatMap((output) => ofOutput(text(result.Type), output));
  });
}
