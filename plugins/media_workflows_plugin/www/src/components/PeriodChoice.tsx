// A filter of a list by time: the last hour, day, week or month.
import { t } from "../i18n";
import { Choice } from "./Choice";

const HOURS: Record<string, number> = { "1h": 1, "24h": 24, "7d": 24 * 7, "30d": 24 * 30 };
const MINUTE_MS = 60_000;

// When a period began, in whole minutes: so a list that is read every two seconds keeps its address. "" = always.
export function sinceOf(period: string, now_ms = Date.now()): string {
  const hours = HOURS[period];
  if (!hours) return "";
  return new Date(Math.floor(now_ms / MINUTE_MS) * MINUTE_MS - hours * 60 * MINUTE_MS).toISOString();
}

interface Props {
  value: string;
  pick: (value: string) => void;
  ofEnd?: boolean; // of what is listed; else of its beginning
}

export function PeriodChoice({ value, pick, ofEnd = false }: Props) {
  const text = (period: string) => (ofEnd ? t("period.ended", { period }) : period);
  const options: [string, string][] = [
    ["1h", text(t("period.1h"))],
    ["24h", text(t("period.24h"))],
    ["7d", text(t("period.7d"))],
    ["30d", text(t("period.30d"))],
  ];
  return <Choice label={t(ofEnd ? "period.end" : "period.label")} value={value} options={options} all={t(ofEnd ? "period.any_end" : "period.all")} pick={pick} />;
}
