// Enter that takes a word of an input method is no command; the next one is.
import type { ReactNode } from "react";
import { expect, it, vi } from "vitest";

import type { Json } from "../src/api/types";
import { FormContext } from "../src/definition/FormContext";
import type { Step } from "../src/definition/steps";
import { IdField } from "../src/pages/form/steps/IdField";
import { KeysField } from "../src/pages/process/KeysField";
import { NoteDialog } from "../src/pages/review/NoteDialog";
import { drawn, pause, typeText, until } from "./rendered";

const acted = vi.fn();

function form(value: Json, node: ReactNode) {
  return <FormContext value={{ value, root: {}, problems: [], set: acted }}>{node}</FormContext>;
}

// Safari's Enter comes after the composition, with the code of keys that an input method takes.
const COMPOSING = [{ isComposing: true }, { keyCode: 229 }];

it.each<[string, () => ReactNode, string]>([
  ["the note of a review", () => <NoteDialog title="A note" confirm="Save" focus="note" save={acted} close={() => undefined} />, "textarea"],
  ["the choice of objects", () => form({ bucket: "media-input", keys: [] }, <KeysField />), "input[list]"],
])("in %s", async (_, part, selector) => {
  acted.mockReset();
  await drawn(part());
  await until(() => document.querySelector(selector) !== null);
  const field = document.querySelector<HTMLInputElement>(selector)!;
  typeText(field, "\u97f3\u4e50.mp4");
  await pause();
  const press = (more: object) => field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true, ...more }));
  for (const composing of COMPOSING) press(composing);
  await pause();
  expect(acted).not.toHaveBeenCalled();
  press({});
  await until(() => acted.mock.calls.length === 1);
});

it("in the id of a step, which would rename what names the step", async () => {
  acted.mockReset();
  const steps: Step[] = [{ id: "a" }, { id: "b", after: ["a"] }];
  const place = await drawn(form({ steps }, <IdField index={0} steps={steps} />));
  const field = place.querySelector("input")!;
  field.focus();
  for (const composing of COMPOSING) field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, ...composing }));
  await pause();
  expect(acted).not.toHaveBeenCalled();
});
