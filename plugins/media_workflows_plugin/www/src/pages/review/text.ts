// Words and colours of findings and decisions.
import type { ReviewedFinding, RunDecision } from "../../api/reviews";
import { subTaskLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { formatTime } from "../../i18n/format";

export const COLOURS: Record<string, string> = { block: "red", review: "orange", pass: "green" };

export const colourOf = ({ decision, suggestion }: ReviewedFinding) => COLOURS[decision?.verdict ?? suggestion ?? ""] ?? "blue";

export const findingText = ({ type, text, label }: ReviewedFinding) => [subTaskLabel(type), text, label].filter(Boolean).join(" · ");

export function decidedText({ verdict, by, at }: Pick<RunDecision, "by" | "at"> & { verdict: RunDecision["verdict"] | null }): string {
  const values = { name: by, time: formatTime(at) };
  if (verdict === null) return t("review.noted_by", values);
  if (!by) return t(verdict === "pass" ? "review.passed_late" : "review.blocked_late", values);
  return t(verdict === "pass" ? "review.passed_by" : "review.blocked_by", values);
}
