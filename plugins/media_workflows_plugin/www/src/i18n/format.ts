// Numbers and times as the reader's language writes them.
import { currentLanguage, t } from ".";

// The zone that is chosen in Airflow, whose pages are around ours; undefined = the browser's.
export function chosenZone(): string | undefined {
  try {
    const zone = JSON.parse(localStorage.getItem("timezone") ?? "null") as string | null;
    return zone ? new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone : undefined;
  } catch {
    return undefined; // not written by Airflow, or a zone that this browser does not know
  }
}

const locale = () => (currentLanguage() === "zh" ? "zh-CN" : "en-GB");
export const NONE = "–";

export function formatTime(iso: string | null | undefined): string {
  if (!iso) return NONE;
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short", timeZone: chosenZone() }).format(new Date(iso));
}

// "5 minutes ago"
export function formatAgo(iso: string | null | undefined, now = Date.now()): string {
  if (!iso) return NONE;
  const past_s = (new Date(iso).getTime() - now) / 1000;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [["second", 60], ["minute", 3600], ["hour", 86_400], ["day", Infinity]];
  const sizes: Record<string, number> = { second: 1, minute: 60, hour: 3600, day: 86_400 };
  const unit = steps.find(([, limit]) => Math.abs(past_s) < limit)![0];
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.round(past_s / sizes[unit]!), unit);
}

export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return NONE;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const size = Math.abs(bytes); // saved bytes may be negative
  const power = size < 1024 ? 0 : Math.min(Math.floor(Math.log2(size) / 10), units.length - 1);
  const value = new Intl.NumberFormat(locale(), { maximumFractionDigits: power ? 1 : 0 }).format(bytes / 1024 ** power);
  return `${value} ${units[power]}`;
}

export function formatNumber(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined) return NONE;
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
}

// Two decimals; small numbers keep two significant digits.
export function formatAmount(amount: number): string {
  const digits: Intl.NumberFormatOptions = Math.abs(amount) < 1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 };
  return new Intl.NumberFormat(locale(), digits).format(amount);
}

// An amount with its currency's code.
export const formatMoney = (amount: number, currency: string) => `${formatAmount(amount)} ${currency}`.trim();

// "3.2 s", "4 min 5 s", "2 h 3 min"
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NONE;
  if (seconds < 60) return t("time.s", { s: formatNumber(seconds, seconds < 10 ? 1 : 0) });
  if (seconds < 3600) return t("time.min", { min: Math.floor(seconds / 60), s: Math.floor(seconds % 60) });
  return t("time.h", { h: Math.floor(seconds / 3600), min: Math.floor((seconds % 3600) / 60) });
}

export function secondsBetween(from: string | null | undefined, to: string | null | undefined): number | null {
  return from && to ? (new Date(to).getTime() - new Date(from).getTime()) / 1000 : null;
}

// How much smaller `after` is than `before`: 25 = a quarter saved, negative = it grew.
export function savedPercent(before: number | null | undefined, after: number): number | null {
  return before ? Math.round((1 - after / before) * 100) : null;
}
