// Names and hints of fields. A field without a text is named after its key and explained by the model's description.
import { currentLanguage, modelText, textOf } from "../i18n";
import type { Schema } from "./schema";

const readable = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");

export const fieldLabel = (name: string) => textOf(`field.${name}`, readable(name));
export const kindLabel = (kind: string) => textOf(`job.${kind}`, readable(kind));
// A step of a workflow with jobs has the kind's name as its id.
export const stepLabel = (id: string | null | undefined, kind: string) => (!id || id === kind ? kindLabel(kind) : `${id} · ${kindLabel(kind)}`);
// What asks a person: a step of the user, or a check of the product.
export const questionLabel = (stepId: string) => textOf(`job.${stepId}`, stepId);
export const choiceLabel = (name: string, value: string) => textOf(`choice.${name}.${value}`, textOf(`choice.${value}`, value));
// "porn.image" is a check of a review, "asr_words" a part of another job.
export const subTaskLabel = (type: string) => type.split(".").map(fieldLabel).join(" · ");
// The models' descriptions are for readers of code, too: what is None there is an empty field here.
const onForm = (text: string) => (currentLanguage() === "en" ? text.replaceAll("`", "").replace(/\bNone(?= =|:)/g, "Empty") : text);
export const fieldHint = (name: string, schema: Schema) => textOf(`hint.${name}`, onForm(modelText(schema.description ?? "")));
