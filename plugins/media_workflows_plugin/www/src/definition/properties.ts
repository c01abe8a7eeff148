// Everything that an item of a job says, in words, but for its template and parameters.
import type { Json, JsonObject } from "../api/types";
import { t } from "../i18n";
import { choiceLabel, fieldLabel } from "./labels";
import { customProperty, resolved, type Schema } from "./schema";

export interface Property {
  label: string;
  text: string;
}

// The name of a template by its kind and id.
export type NameTemplate = (kind: string, id: number) => string;

const HIDDEN = new Set(["content", "svg"]); // a picture in letters
const isObject = (value: Json | undefined): value is JsonObject => value !== null && typeof value === "object" && !Array.isArray(value);

function isUnset(value: Json | undefined, fallback: Json | undefined): boolean {
  if (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)) return true;
  return fallback !== undefined && sorted(value) === sorted(fallback);
}

function sorted(value: Json): string {
  return JSON.stringify(value, (_, part: Json) => (isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part));
}

// The fields of an object that differ from their defaults.
export function propertiesOf(item: JsonObject, schema: Schema, root: Schema, nameTemplate: NameTemplate, without: string[] = ["template", customProperty(schema)]): Property[] {
  return Object.entries(item).flatMap(([name, value]) => {
    const field = resolved(schema.properties?.[name] ?? {}, root);
    if (without.includes(name) || HIDDEN.has(name) || field.const !== undefined || isUnset(value, field.default)) return [];
    return [{ label: fieldLabel(name), text: textOf(name, value, field, root, nameTemplate) }];
  });
}

function textOf(name: string, value: Json, schema: Schema, root: Schema, nameTemplate: NameTemplate): string {
  if (Array.isArray(value)) return value.map((one) => textOf(name, one, resolved(schema.items ?? {}, root), root, nameTemplate)).join(t("list.separator"));
  if (typeof value === "boolean") return t(value ? "properties.yes" : "properties.no");
  if (!isObject(value)) return choiceLabel(name, String(value));
  const kind = name === "watermarks" ? "watermark" : name;
  const template = typeof value.template === "number" ? [nameTemplate(kind, value.template)] : [];
  const type = typeof value.type === "string" ? [choiceLabel(name, value.type)] : [];
  const properties = propertiesOf(value, schema, root, nameTemplate, ["template", "type"]).map(({ label, text }) => `${label} ${text}`);
  const inside = [...template, ...type, ...properties].join(t("list.separator"));
  return inside && `(${inside})`;
}
