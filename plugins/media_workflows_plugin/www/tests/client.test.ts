import { afterEach, expect, it, vi } from "vitest";

import { post } from "../src/api/client";

afterEach(() => vi.unstubAllGlobals());

it("a second click before the answer is there sends nothing", async () => {
  const sent = vi.fn(async () => new Response('{"id": 1}', { headers: { "content-type": "application/json" } }));
  vi.stubGlobal("fetch", sent);
  const both = await Promise.all([post("process", { keys: ["a"] }), post("process", { keys: ["a"] })]);
  expect(both).toEqual([{ id: 1 }, { id: 1 }]);
  expect(sent).toHaveBeenCalledTimes(1);
  await Promise.all([post("process", { keys: ["a"] }), post("process", { keys: ["b"] })]);
  expect(sent).toHaveBeenCalledTimes(3);
});
