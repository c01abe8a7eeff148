// Templates as they are offered: recommended presets first, old ones last; all found by id, name, purpose and parameters.
import type { Template } from "../api/templates";
import { presetText } from "../i18n";
import { parametersSummary } from "./summary";

export type GroupName = "recommended" | "custom" | "usual" | "old";

export interface Group {
  name: GroupName;
  items: Template[];
}

const ORDER: GroupName[] = ["recommended", "custom", "usual", "old"];

// Presets have texts in both languages; what users wrote stays as it is.
export const templateName = (template: Template) => (template.preset ? presetText(template.name) : template.name);
export const templateComment = (template: Template) => (template.preset ? presetText(template.comment) : template.comment);
export const groupOf = (template: Template): GroupName => (template.preset ? template.standing : "custom");

const searchable = (template: Template) => [template.id, template.name, templateName(template), templateComment(template), parametersSummary(template.parameters)].join(" ").toLowerCase();

// Every word of the search occurs in it.
export function fitsSearch(template: Template, search: string): boolean {
  const text = searchable(template);
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

export function grouped(templates: Template[], search: string): Group[] {
  const found = templates.filter((template) => fitsSearch(template, search));
  return ORDER.map((name) => ({ name, items: found.filter((template) => groupOf(template) === name) })).filter(({ items }) => items.length > 0);
}

// What a new item begins with: a recommended preset before others, one that works as installed before one that does not.
export function firstOf(templates: Template[]): Template | undefined {
  const rank = (template: Template) => (template.unavailable.some((one) => one.fails) ? ORDER.length : 0) + ORDER.indexOf(groupOf(template));
  return templates.reduce<Template | undefined>((best, one) => (best === undefined || rank(one) < rank(best) ? one : best), undefined);
}
