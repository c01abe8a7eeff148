// Values of a condition, written as in one: source.short_edge = 1080, source.container = "mp4".
import { t } from "../i18n";

function shown(value: unknown): string {
  if (value === null || value === undefined) return t("condition.unknown");
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : JSON.stringify(value);
}

export const namedValues = (values: Record<string, unknown>) => Object.entries(values).map(([name, value]) => `${name} = ${shown(value)}`).join(", ");
