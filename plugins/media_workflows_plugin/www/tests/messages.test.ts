import { ChakraProvider, defaultSystem } from "@chakra-ui/react";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { expect, it } from "vitest";

import { Messages } from "../src/components/Messages";
import { showError, showSuccess } from "../src/hooks/messages";

const soon = (ms = 300) => new Promise((done) => setTimeout(done, ms));

it("shows the latest message alone", async () => {
  const place = document.createElement("div");
  document.body.append(place);
  const provider = { value: defaultSystem, children: createElement(Messages) };
  createRoot(place).render(createElement(ChakraProvider, provider));
  await soon();
  showSuccess("Saved.");
  await soon();
  const saved = document.querySelector('[role="status"]');
  expect(saved?.textContent).toContain("Saved.");
  showSuccess("Enabled.");
  await soon();
  const enabled = document.querySelector('[role="status"]');
  expect(enabled?.textContent).toContain("Enabled.");
  expect(enabled).not.toBe(saved); // it does not go when the time of the one before is over
  showError(new Error("in use"));
  await soon();
  expect([...document.querySelectorAll('[data-scope="toast"][data-part="root"]')].map((toast) => [toast.getAttribute("role"), toast.textContent])).toEqual([["alert", expect.stringContaining("in use")]]);
});
