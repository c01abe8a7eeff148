// The two sides of a comparison, as the address has them, and the figures that differ.
import type { ComparedItem, Side } from "../../api/comparison";

// "workflow run", or undefined while a side is not chosen. Ids of workflows have no spaces.
export function sideOf(value: string | null): Side | undefined {
  const at = value?.indexOf(" ") ?? -1;
  return at > 0 ? { workflow: value!.slice(0, at), run: value!.slice(at + 1) } : undefined;
}

export const sideText = ({ workflow, run }: Side) => `${workflow} ${run}`;

// How much larger the right value is: 25 = by a quarter, negative = smaller; undefined where either is missing.
export function changePercent(left: number | null | undefined, right: number | null | undefined): number | undefined {
  if (!left || right === null || right === undefined) return undefined;
  return Math.round((right / left - 1) * 1000) / 10;
}

// Bits per second of a whole output: of its file, or of all files of a ladder together.
export function bitrateOf(item: ComparedItem): number | null {
  const seconds = item.shown?.duration_s;
  if (item.files === 1) return item.shown?.bitrate_bps ?? null;
  return seconds ? (item.bytes * 8) / seconds : null;
}
