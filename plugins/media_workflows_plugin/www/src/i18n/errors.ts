// Errors and problems in the page's language. The API sends English: a message, its template and the template's
// parameters; the template is the key of the Chinese text.
import { ApiError, type Problem } from "../api/client";
import { currentLanguage, t } from ".";
import zh from "./errors.zh.json";

const CHINESE: Record<string, string> = zh;

export interface Templated {
  template?: string;
  parameters?: Record<string, string>;
}

// `message` itself when the page is in English or its template has no entry. A message without a template is looked up
// as its own: that of an error without parameters is.
export function messageText(message: string, { template, parameters = {} }: Templated = {}): string {
  const text = currentLanguage() === "zh" ? CHINESE[template || message] : undefined;
  return text === undefined ? message : formatted(text, parameters);
}

// As Python's str.format: `{name}` is a parameter, `{{` and `}}` are braces; without parameters the text stays as it is.
function formatted(text: string, parameters: Record<string, string>): string {
  if (Object.keys(parameters).length === 0) return text;
  return text.replace(/\{\{|\}\}|\{(\w+)\}/g, (whole: string, name?: string) => (name === undefined ? whole.charAt(0) : (parameters[name] ?? whole)));
}

export function problemText(problem: Problem): string {
  return messageText(problem.expected, problem);
}

export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  if (error.problems.length === 0) return messageText(error.message, error);
  const lines = error.problems.map((problem) => `- ${problem.field}: ${problemText(problem)}`);
  return [t("error.problems", { count: lines.length }), ...lines].join("\n");
}
