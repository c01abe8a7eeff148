// The review desk without its looks: which finding comes next, what is left, and what the keys do.
import type { ReviewedFinding, Verdict } from "../../api/reviews";

export type Command = "next" | "previous" | "pass" | "block" | "note" | "play" | "finish" | "pass_all" | "block_run" | "keys";

// One key for each; letters work whatever the case, unless Shift makes another command of them.
export const KEYS: [key: string, command: Command][] = [
  ["J", "next"],
  ["K", "previous"],
  ["P", "pass"],
  ["B", "block"],
  ["N", "note"],
  ["L", "play"],
  ["F", "finish"],
  ["Shift+P", "pass_all"],
  ["Shift+B", "block_run"],
  ["?", "keys"],
];

const ARROWS: Record<string, Command> = { ArrowDown: "next", ArrowUp: "previous" };

interface Press {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

export function commandOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Press): Command | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  if (ARROWS[key]) return ARROWS[key];
  if (key === "?") return "keys";
  const pressed = key.length === 1 ? `${shiftKey ? "Shift+" : ""}${key.toUpperCase()}` : key;
  return KEYS.find(([name]) => name === pressed)?.[1];
}

const verdictOf = (finding: ReviewedFinding) => finding.decision?.verdict ?? null;

// Those that a person has to decide on, and has not.
export const undecided = (findings: ReviewedFinding[]) => findings.filter((one) => one.asks && verdictOf(one) === null);

// After a decision: the next one without a decision, from there on and round; else the finding stays.
export function nextOpen(findings: ReviewedFinding[], at: number): number {
  const order = findings.map((_, step) => (at + 1 + step) % findings.length);
  return order.find((place) => undecided([findings[place]!]).length > 0) ?? at;
}

// The decision on the run that its findings lead to; undefined while some have none.
export function proposal(findings: ReviewedFinding[]): Verdict | undefined {
  if (findings.some((one) => verdictOf(one) === "block")) return "block";
  return undecided(findings).length === 0 ? "pass" : undefined;
}

export const CATEGORIES = ["moderation", "recognition", "quality"] as const;
export type Category = (typeof CATEGORIES)[number];

const RECOGNITION = new Set(["face", "asr_words", "ocr_words"]);

export function categoryOf(finding: Pick<ReviewedFinding, "asks" | "type">): Category {
  if (finding.asks) return "moderation";
  return RECOGNITION.has(finding.type) ? "recognition" : "quality";
}

// The run that comes after this one in the list of open ones; those before it were left open.
export function nextRun<Row extends { workflow_id: string; run_id: string }>(rows: Row[], workflow: string, run: string): Row | undefined {
  const others = rows.filter((row) => !(row.workflow_id === workflow && row.run_id === run));
  const at = rows.findIndex((row) => row.workflow_id === workflow && row.run_id === run);
  return others[Math.max(0, at) % Math.max(1, others.length)];
}
