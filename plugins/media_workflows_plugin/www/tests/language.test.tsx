// A switch of the language: each text is drawn again, what is typed stays. Names from right to left stay apart from the text.
import { expect, it } from "vitest";

import type { Definition } from "../src/api/types";
import { Frame } from "../src/components/Frame";
import { TextLink } from "../src/components/TextLink";
import type { Schema } from "../src/definition/schema";
import { t } from "../src/i18n";
import { WorkflowForm } from "../src/pages/form/WorkflowForm";
import schemas from "./form_schemas.json";
import { drawn, type Language, pause, until } from "./rendered";

const DEFINITION = { name: "a", trigger: { bucket: "in" }, output: {}, jobs: {} } as unknown as Definition;
const target = { save: () => Promise.reject(new Error()) };

async function switchTo(language: Language) {
  localStorage.setItem("i18nextLng", language);
  document.documentElement.lang = language;
  await pause();
}

it("keeps the values of a form, also while the texts of the language are fetched", async () => {
  const place = await drawn(<Frame>{() => <WorkflowForm root={schemas.workflow as unknown as Schema} start={DEFINITION} target={target} />}</Frame>);
  const name = place.querySelector<HTMLInputElement>("input")!;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(name, "typed");
  name.dispatchEvent(new Event("input", { bubbles: true }));
  await pause();
  for (const [language, save] of [["zh-CN", "保存"], ["en", "Save"]] as const) {
    await switchTo(language);
    await until(() => [...place.querySelectorAll("button")].some((one) => one.textContent === save));
    expect(place.querySelector<HTMLInputElement>("input")).toBe(name);
    expect(name.value).toBe("typed");
  }
});

it("isolates names from right to left, and no others", async () => {
  expect(t("form.edit_title", { name: "\u05e9\u05dc\u05d5\u05dd" })).toContain("\u2068\u05e9\u05dc\u05d5\u05dd\u2069");
  expect(t("form.edit_title", { name: "films" })).not.toContain("\u2068");
  const place = await drawn(<TextLink to="/">{"\u05e9\u05dc\u05d5\u05dd"}</TextLink>);
  expect(place.querySelector("a")!.dir).toBe("auto");
});
