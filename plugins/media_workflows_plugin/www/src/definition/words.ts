// A step in words: what its job makes, by its templates or parameters.
import type { Template } from "../api/templates";
import type { Json, JsonObject } from "../api/types";
import { fieldLabel } from "./labels";
import { itemsOf, type Step } from "./steps";
import { parametersSummary } from "./summary";
import { templateName } from "./templateGroups";

const isObject = (value: Json | undefined): value is JsonObject => value !== null && typeof value === "object" && !Array.isArray(value);

// The fields of parameters that have no short form, such as the checks of a review.
const fieldsIn = (parameters: JsonObject) => Object.keys(parameters).map(fieldLabel).join(", ");

function itemText(item: JsonObject, templates: Template[]): string {
  if (isObject(item.parameters)) return parametersSummary(item.parameters) || fieldsIn(item.parameters);
  const found = templates.find(({ id }) => id === item.template);
  return found ? templateName(found) : "";
}

export const stepText = (step: Step, templates: Template[]) => itemsOf(step).map((item) => itemText(item, templates)).filter(Boolean).join("; ");
