// Parts of pages as a browser draws them: with Chakra, the query cache, a router, and a server that a test plays.
import { ChakraProvider, defaultSystem } from "@chakra-ui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { flushSync } from "react-dom";
import { createRoot, type Root } from "react-dom/client";
import { createMemoryRouter, RouterProvider } from "react-router-dom";
import { afterEach, beforeEach, vi } from "vitest";

import { queries } from "../src/api/queries";

export type Language = "en" | "zh-CN";
// The answer to a call, by its method and path below the API's root; undefined = there is none yet.
export type Server = (call: string, body: unknown) => { status?: number; body: unknown } | undefined;

const NO_ANSWER = new Promise<Response>(() => undefined);
const roots: Root[] = [];

beforeEach(() => {
  localStorage.setItem("i18nextLng", "en");
  serve(() => undefined);
});

afterEach(async () => {
  for (const root of roots.splice(0)) root.unmount();
  await pause();
  queries.clear();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

export function serve(server: Server): void {
  vi.stubGlobal("fetch", (url: string, { method = "GET", body }: RequestInit = {}) => {
    const call = `${method} ${new URL(url).pathname.split("/api/v1/")[1]}`;
    const answer = server(call, body === undefined ? undefined : JSON.parse(String(body)));
    return answer ? Promise.resolve(Response.json(answer.body, { status: answer.status ?? 200 })) : NO_ANSWER;
  });
}

// Draws `node` and waits until it is at rest.
export async function drawn(node: ReactNode, language: Language = "en"): Promise<HTMLElement> {
  localStorage.setItem("i18nextLng", language);
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  roots.push(root);
  const router = createMemoryRouter([{ path: "*", element: node }]);
  flushSync(() =>
    root.render(
      <ChakraProvider value={defaultSystem}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </ChakraProvider>,
    ),
  );
  await pause();
  return place;
}

// As a person types: React listens to the event, and looks at the element's own setter.
export function typeText(field: HTMLInputElement | HTMLTextAreaElement, text: string) {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field) as object, "value")!.set!.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const PATIENCE_MS = 45_000; // less than a test's timeout
const TURNS = 3;

const timer = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

// What is due by then has happened: effects, answers, what they draw. A timer that fires late overtakes what timers
// before it began, so the event loop turns some times more.
export async function pause(ms = 5): Promise<void> {
  await timer(ms);
  for (let turn = 0; turn < TURNS; turn++) await timer(0);
}

export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!holds() && performance.now() < end) await timer(20);
  if (!holds()) throw new Error(`it does not come to hold: ${holds}`);
}

export function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === name || one.getAttribute("aria-label") === name);
  if (!found) throw new Error(`there is no button ${name} in: ${document.body.textContent}`);
  return found;
}

export async function click(name: string): Promise<void> {
  button(name).click();
  await pause();
}
