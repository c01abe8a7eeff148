// Names with their values, such as tags, as lines of name=value.
import type { Json } from "../api/types";

export const pairLines = (pairs: Json | undefined) =>
  Object.entries((pairs ?? {}) as Record<string, string>)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");

export function pairsOf(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(lines.map((line) => [line.split("=")[0]!.trim(), line.split("=").slice(1).join("=").trim()]));
}
