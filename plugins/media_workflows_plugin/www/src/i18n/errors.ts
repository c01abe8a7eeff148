// Errors and problems in the page's language. The API sends English: a message, its template and the template's
// parameters; the template is the key of the Chinese text.
import { ApiError, type Problem } from "../api/client";
import { chineseTexts, currentLanguage, t } from ".";

export interface Templated {
  template?: string;
  parameters?: Record<string, string>;
}

const PLACEHOLDER = /\{\{|\}\}|\{(\w+)\}/g; // as in Python's str.format
const NO_VALUE = new Set(["", "nothing", "''", "None"]);
const MIN_LITERAL_LENGTH = 12; // a template of little more than placeholders would match any message

// `message` itself when the page is in English or its template has no entry.
export function messageText(message: string, of: Templated = {}): string {
  if (currentLanguage() !== "zh") return message;
  const { template, parameters = {} } = of.template ? of : templateOf(message);
  const text = chineseTexts("errors")[template ?? ""];
  return text === undefined ? message : formatted(text, parameters);
}

export function problemText(problem: Problem): string {
  return messageText(problem.expected, problem);
}

export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  const { problems, template } = error;
  if (problems.length === 0 || (template && (error.status !== 422 || problems[0]!.template === template))) return refusalText(error);
  return `${t("error.problems", { count: problems.length })}\n${linesOf(problems)}`;
}

const linesOf = (problems: Problem[]) => problems.map((problem) => `- ${problem.field}: ${problemText(problem)}`).join("\n");

interface Refusal extends Templated {
  message: string;
  problems: Problem[];
}

// A message whose template holds its problems has them in the page's language, too.
export function refusalText({ message, template, parameters, problems }: Refusal): string {
  return messageText(message, { template, parameters: parameters?.problems === undefined ? parameters : { ...parameters, problems: linesOf(problems) } });
}

// A problem beside its field: what is expected, and the present value, if there is one.
export function fieldProblemText(problem: Problem): string {
  const expected = problemText(problem);
  return NO_VALUE.has(problem.got) ? expected : t("form.problem_text", { expected, got: problem.got });
}

// Without parameters a text is not formatted, so it may contain single braces. A parameter may be a message itself.
function formatted(text: string, parameters: Record<string, string>): string {
  if (Object.keys(parameters).length === 0) return text;
  return text.replace(PLACEHOLDER, (whole: string, name?: string) => {
    if (name === undefined) return whole.charAt(0);
    const value = parameters[name];
    return value === undefined ? whole : messageText(value);
  });
}

// The template of a message that is stored without one, as results of runs are: the message itself, or the one it matches.
function templateOf(message: string): Templated {
  const templates = chineseTexts("errors");
  if (message in templates) return { template: message };
  patterns ??= Object.keys(templates).flatMap(patternOf).sort((a, b) => b.literal - a.literal);
  for (const { template, pattern } of patterns) {
    const found = pattern.exec(message);
    if (found) return { template, parameters: { ...found.groups } };
  }
  return {};
}

interface Pattern {
  template: string;
  pattern: RegExp;
  literal: number; // characters outside of placeholders
}

let patterns: Pattern[] | undefined;

function patternOf(template: string): Pattern[] {
  const literal = template.replace(PLACEHOLDER, "").length;
  if (literal === template.length || literal < MIN_LITERAL_LENGTH) return [];
  const named = new Set<string>();
  const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  let source = "";
  let end = 0;
  for (const { 0: whole, 1: name, index } of template.matchAll(PLACEHOLDER)) {
    source += escaped(template.slice(end, index));
    source += name === undefined ? escaped(whole.charAt(0)) : named.has(name) ? `\\k<${name}>` : `(?<${name}>.*?)`;
    if (name !== undefined) named.add(name);
    end = index + whole.length;
  }
  return [{ template, pattern: new RegExp(`^${source}${escaped(template.slice(end))}$`, "s"), literal }];
}
