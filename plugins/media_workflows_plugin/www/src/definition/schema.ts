// The parts of pydantic's JSON Schema of one field that a form needs.
import type { Json } from "../api/types";
import { currentLanguage } from "../i18n";

export interface Schema {
  $ref?: string;
  type?: string;
  anyOf?: Schema[];
  allOf?: Schema[];
  oneOf?: Schema[];
  enum?: Json[];
  const?: Json;
  default?: Json;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  maxLength?: number;
  maxItems?: number;
  discriminator?: { propertyName: string; mapping: Record<string, string> };
  $defs?: Record<string, Schema>;
}

export type Shape = "choice" | "flag" | "number" | "text" | "longtext" | "list" | "pairs" | "objects" | "object" | "variants" | "json";

const LONG_TEXT = 2048; // keys, addresses and questions are shorter, and one line
// Texts that may contain spaces and commas.
const LINES = new Set(["head", "tail", "channel_mix"]);
const OBJECT_NAME = /([^/]+)$/;

export const modelName = (schema: Schema) => schema.$ref?.match(OBJECT_NAME)?.[1] ?? "";

// The schema itself behind references and "or null"; what is said beside the reference wins.
export function resolved(schema: Schema, root: Schema): Schema & { nullable: boolean; model: string } {
  if (schema.$ref) {
    const { $ref, ...beside } = schema;
    return { ...resolved(root.$defs?.[modelName(schema)] ?? {}, root), ...beside, model: modelName(schema) };
  }
  const alternatives = schema.anyOf?.filter((one) => one.type !== "null");
  if (alternatives?.length === 1) {
    const { anyOf, ...beside } = schema;
    return { ...resolved(alternatives[0]!, root), ...beside, nullable: anyOf!.length > 1 };
  }
  return { ...schema, nullable: false, model: "" };
}

export function shapeOf(schema: Schema, root: Schema): Shape {
  if (schema.oneOf && schema.discriminator) return "variants";
  if (schema.enum) return "choice";
  if (schema.type === "boolean") return "flag";
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "string") return (schema.maxLength ?? 0) > LONG_TEXT ? "longtext" : "text";
  if (schema.type === "array" && schema.items) {
    const item = shapeOf(resolved(schema.items, root), root);
    return item === "object" ? "objects" : item === "text" || item === "choice" ? "list" : "json";
  }
  if (schema.type === "object" && schema.properties) return "object";
  if (schema.type === "object" && typeof schema.additionalProperties === "object" && schema.additionalProperties.type === "string") return "pairs";
  return "json";
}

// A list as it is typed: in one line, or one per line.
export const isTypedInLines = (name: string) => LINES.has(name);

// The choice that a control gives back as text: a number stays a number.
export const choiceOf = (schema: Schema, text: string) => schema.enum?.find((choice) => choice !== "" && String(choice) === text);

// Name of the property that stands beside `template` and holds the parameters in full; "" = there is none.
export function customProperty(schema: Schema): string {
  const names = Object.keys(schema.properties ?? {});
  if (!names.includes("template")) return "";
  return names.find((name) => name === "parameters" || name === "mark") ?? "";
}

// What an untouched object of this schema holds: required fields that can only be one thing.
export function emptyObject(schema: Schema): { [name: string]: Json } {
  const fixed = Object.entries(schema.properties ?? {}).filter(([, field]) => field.const !== undefined);
  return Object.fromEntries(fixed.map(([name, field]) => [name, field.const!]));
}

export interface Variant {
  name: string;
  schema: Schema;
}

// A variant as it is first chosen: a message is in the language of the page.
export function startOf(property: string, { name, schema }: Variant): { [name: string]: Json } {
  return { [property]: name, ...(schema.properties?.language?.enum && { language: currentLanguage() }) };
}

export function variantsOf(schema: Schema, root: Schema): Variant[] {
  return Object.entries(schema.discriminator?.mapping ?? {}).map(([name, $ref]) => ({ name, schema: resolved({ $ref }, root) }));
}
