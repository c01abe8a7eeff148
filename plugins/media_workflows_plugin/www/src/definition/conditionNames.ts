// What the condition of a step may read, and the name that is being typed at the caret.
import type { ConditionVariable } from "../api/conditions";
import { textOf, variableText } from "../i18n";
import { fieldLabel } from "./labels";
import type { Schema } from "./schema";
import { kindOf, makesMedia, type Step } from "./steps";

export interface ConditionName {
  name: string;
  meaning: string;
}

const RUN = ["run.priority", "run.forced", "run.manual"];
const OUTPUT = ["size_bytes", "size_ratio", "duration_s", "duration_ratio", "bitrate_kbps", "vmaf"];
const ANSWERING = new Set(["approval", "call"]);
const FINDINGS: Record<string, string[]> = {
  content_review: ["review.verdict", "review.categories"],
  recognition: ["recognition.words"],
  analysis: ["analysis.tags"],
};

const known = (name: string): ConditionName => ({ name, meaning: textOf(`variable.${name}`, "") });

function qualityNames(root: Schema): ConditionName[] {
  return Object.keys(root.$defs?.QualityControlParameters?.properties ?? {}).flatMap((item) =>
    ["", "_value", "_share"].map((part) => ({ name: `quality.${item}${part}`, meaning: [fieldLabel(item), textOf(`variable.quality${part}`, "")].join(" · ") })),
  );
}

function stepNames(step: Step): ConditionName[] {
  const outputs = makesMedia(step) ? OUTPUT.map((part) => `output.${part}`) : [];
  const answers = ANSWERING.has(kindOf(step)) ? ["answer"] : [];
  return ["status", ...outputs, ...answers].map((part) => ({ name: `steps.${step.id}.${part}`, meaning: textOf(`variable.${part}`, "") }));
}

// `before`: the steps that have ended when the condition is evaluated; `variables`: all that any condition may read.
export function namesAfter(before: Step[], variables: ConditionVariable[], root: Schema): ConditionName[] {
  const kinds = new Set(before.map(kindOf));
  const source = variables.filter(({ name }) => name.startsWith("source."));
  return [
    ...source.map(({ name, meaning }) => ({ name, meaning: variableText(name, meaning) })),
    ...before.filter((step) => step.id).flatMap(stepNames),
    ...(kinds.has("quality_control") ? qualityNames(root) : []),
    ...Object.entries(FINDINGS).flatMap(([kind, names]) => (kinds.has(kind) ? names.map(known) : [])),
    ...RUN.map(known),
  ];
}

// Where the name at the caret begins, and what of it is typed; undefined within a text.
export function typedName(text: string, caret: number): { start: number; typed: string } | undefined {
  const head = text.slice(0, caret);
  const outside = head.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, "");
  if (/["']/.test(outside)) return undefined;
  const typed = /[A-Za-z_][\w.]*$/.exec(head)?.[0] ?? "";
  return { start: caret - typed.length, typed };
}

// Names that begin with what is typed come first, then those with a part that does.
export function matching(names: ConditionName[], typed: string): ConditionName[] {
  const wanted = typed.toLowerCase();
  const begins = names.filter(({ name }) => name.startsWith(wanted));
  const within = names.filter(({ name }) => !name.startsWith(wanted) && name.includes(`.${wanted}`));
  return [...begins, ...within].filter(({ name }) => name !== typed);
}

// A condition that reads nothing but the source can be tried on an object.
export const readsOnlySource = (expression: string) => !/\b(steps|quality|review|recognition|analysis|run)\s*\./.test(expression);
