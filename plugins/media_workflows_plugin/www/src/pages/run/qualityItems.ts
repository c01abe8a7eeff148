// The reports of a run's quality control, and the order in which their items are shown.
import type { RunReport } from "../../api/runs";
import type { Model } from "../../api/types";
import { t } from "../../i18n";
import { formatNumber, formatSeconds } from "../../i18n/format";

export type QualityReport = Model<"QualityControlOutput">;
export type QualityItem = Model<"QualityItem">;

const isReport = (output: Model<"SubTaskResult">["output"]): output is QualityReport => output?.shape === "quality_control";

export function qualityReports(run: Pick<RunReport, "jobs">): QualityReport[] {
  return run.jobs.flatMap((job) => job.items.flatMap((item) => item.sub_tasks.map(({ output }) => output).filter(isReport)));
}

// Shares and numbers have no unit on the page, as their thresholds have none in the form.
const SHOWN_UNITS: Record<string, string> = { share: "", count: "", deg: "°" };

// A value or a threshold with its unit. Below one unit it has digits enough not to be shown as 0: thresholds are as small as 0.01.
export function measured({ value, unit }: { value: number | null; unit: string }): string {
  if (value === null) return "";
  const digits = Math.abs(value) < 1 ? 3 : 1;
  if (unit === "s") return digits > 1 ? t("time.s", { s: formatNumber(value, digits) }) : formatSeconds(value);
  return [formatNumber(value, digits), SHOWN_UNITS[unit] ?? unit].filter(Boolean).join(" ");
}

export function hitText(item: QualityItem): "hit" | "ok" | "not_measured" {
  if (item.hit === null) return "not_measured";
  return item.hit ? "hit" : "ok";
}

// Whether nothing is wrong: something was measured, and nothing of it is a problem.
export const isClear = (items: QualityItem[]) => items.some((item) => item.hit === false) && items.every((item) => !item.hit);

const ORDER = ["hit", "ok", "not_measured"];

export const sortedItems = (items: QualityItem[]) => [...items].sort((one, other) => ORDER.indexOf(hitText(one)) - ORDER.indexOf(hitText(other)));

// What codes and decoders say at the places of an item, each once.
export const textsOf = (item: QualityItem) => [...new Set(item.segments.map(({ text }) => text ?? ""))].filter(Boolean).slice(0, 10);

// The items that hold for a part of the source, not for all of it.
export const partial = ({ items, duration_s }: Pick<QualityReport, "items" | "duration_s">) =>
  items.filter(({ segments }) => segments.length > 0 && segments.some(({ start_s, end_s }) => start_s > 0 || end_s < duration_s));
