// Names and hints of fields. One that no one has put into words yet is named after its key and explained by the model.
import { currentLanguage, textOf } from "../i18n";
import type { Schema } from "./schema";

const readable = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");

export const fieldLabel = (name: string) => textOf(`field.${name}`, readable(name));
export const kindLabel = (kind: string) => textOf(`job.${kind}`, readable(kind));
export const choiceLabel = (name: string, value: string) => textOf(`choice.${name}.${value}`, textOf(`choice.${value}`, value));

export function fieldHint(name: string, schema: Schema): string {
  const told = textOf(`hint.${name}`, "");
  if (told) return told;
  // The model speaks English alone; in Chinese an English sentence is better than none.
  return schema.description && (currentLanguage() === "en" || schema.description.length < 200) ? schema.description : "";
}
