import { createElement } from "react";
import { expect, it } from "vitest";

import { Messages } from "../src/components/Messages";
import { showError, showSuccess } from "../src/hooks/messages";
import { drawn, until } from "./rendered";

const status = () => document.querySelector('[role="status"]');
const toasts = () => [...document.querySelectorAll('[data-scope="toast"][data-part="root"]')].map((toast) => [toast.getAttribute("role"), toast.textContent]);

it("shows the latest message alone", async () => {
  await drawn(createElement(Messages));
  showSuccess("Saved.");
  await until(() => status()?.textContent?.includes("Saved.") === true);
  const saved = status();
  showSuccess("Enabled.");
  await until(() => status()?.textContent?.includes("Enabled.") === true && toasts().length === 1);
  expect(status()).not.toBe(saved); // it does not go when the time of the one before is over
  showError(new Error("in use"));
  await until(() => toasts().length === 1 && toasts()[0]![0] === "alert");
  expect(toasts()).toEqual([["alert", expect.stringContaining("in use")]]);
});
