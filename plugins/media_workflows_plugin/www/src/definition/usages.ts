// What words and persons are used for: "all", "review", or one medium of it, as "review.asr". A wider one holds the narrower.
import { textOf } from "../i18n";

export const usageLabel = (usage: string) => textOf(`usage.${usage}`, usage);

const holds = (wide: string, narrow: string) => wide !== narrow && (wide === "all" || narrow.startsWith(`${wide}.`));

export const isImplied = (usages: string[], usage: string) => usages.some((other) => holds(other, usage));

// `usages` with one more or one less; what a wider one holds is not listed beside it.
export function withUsage(usages: string[], usage: string, on: boolean): string[] {
  const others = usages.filter((other) => other !== usage && !(on && holds(usage, other)));
  return on ? [...others, usage] : others;
}
