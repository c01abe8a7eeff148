// The function callback: who may change it, and what happens when another editor saved meanwhile.
import { expect, it, vi } from "vitest";

import type { FunctionCallback } from "../src/api/events";
import { t } from "../src/i18n";
import { FunctionCallbackPage } from "../src/pages/events/FunctionCallbackPage";
import { button, click, drawn, type Language, serve, until } from "./rendered";

const callback = (version: string, url: string): FunctionCallback => ({ source: "store", author: "a", version, target: { type: "http", url } }) as FunctionCallback;
const OURS = callback("1", "https://ours.example/");
const THEIRS = callback("2", "https://theirs.example/");
const CONFLICT = { status: 409, body: { code: "ResourceConflict", message: "changed", problems: [{ field: "version", got: "1", expected: "load it again" }] } };
const sent = vi.fn();

// The other editor saves after the page has been loaded.
async function refused(): Promise<HTMLElement> {
  sent.mockReset();
  let now = OURS;
  serve((call, body) => {
    if (call === "GET function-callback") return { body: now };
    if (call !== "PUT function-callback") return undefined;
    sent(body);
    const isCurrent = (body as FunctionCallback).version === THEIRS.version;
    now = THEIRS;
    return isCurrent ? { body: THEIRS } : CONFLICT;
  });
  const place = await drawn(<FunctionCallbackPage />);
  await until(() => place.textContent!.includes(t("app.save")));
  await click(t("app.save"));
  await until(() => document.querySelector("[role=alertdialog]")?.textContent?.includes("theirs.example") === true);
  return place;
}

const urlOf = (place: HTMLElement) => [...place.querySelectorAll("input")].map((input) => input.value);

it("offers to reload theirs", async () => {
  const place = await refused();
  await click(t("conflict.reload"));
  await until(() => urlOf(place).includes("https://theirs.example/"));
  expect(document.querySelector("[role=alertdialog]")).toBeNull();
});

it("offers to keep mine, as a change of theirs", async () => {
  const place = await refused();
  await click(t("conflict.keep"));
  await until(() => sent.mock.calls.length === 2);
  expect(sent.mock.calls.map(([body]) => (body as FunctionCallback).version)).toEqual(["1", "2"]);
  expect(sent.mock.calls[1]![0]).toEqual({ version: "2", target: OURS.target });
  expect(place.isConnected).toBe(true);
});

it.each<Language>(["en", "zh-CN"])("says that it concerns all buckets to those who see some, in %s", async (language) => {
  const me = { name: "v", can_edit: true, can_edit_all: false, can_delete: true, can_run: true, can_change_runs: true };
  serve((call) => (call === "GET me" ? { body: me } : call === "GET function-callback" ? { body: OURS } : undefined));
  const place = await drawn(<FunctionCallbackPage />, language);
  await until(() => place.textContent!.includes(t("function.forbidden")));
  for (const name of ["app.save", "function.test", "function.forget"] as const) expect(button(t(name)).disabled).toBe(true);
});
