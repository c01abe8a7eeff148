import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, ask, get, ofRepeated, post, put, remove } from "../src/api/client";
import { t } from "../src/i18n";

beforeEach(() => localStorage.setItem("i18nextLng", "en"));
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

describe.each(["en", "zh-CN"])("without a whole answer, in %s", (language) => {
  const HEADERS = { "content-type": "application/json" };
  const broken = () => {
    const body = new ReadableStream({ start: (stream) => stream.error(new TypeError("network error")) });
    return new Response(body, { headers: HEADERS });
  };
  const answers: [string, () => Promise<Response>][] = [
    ["none", () => Promise.reject(new TypeError("Failed to fetch"))],
    ["a dropped one", async () => broken()],
    ["half a one", async () => new Response('{"id": ', { headers: HEADERS })],
  ];
  const messageOf = async (call: Promise<unknown>) => {
    const error = await call.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).status).toBe(0);
    return (error as ApiError).message;
  };

  it.each(answers)("a read says to try again, a change that it may have taken effect: %s", async (_, answer) => {
    localStorage.setItem("i18nextLng", language);
    vi.stubGlobal("fetch", answer);
    for (const read of [() => get("runs"), () => ask("workflows/validate", {})]) expect(await messageOf(read())).toBe(t("error.network"));
    for (const change of [() => post("runs/r/retry"), () => put("workflows/w", {}), () => remove("words/1")]) expect(await messageOf(change())).toBe(t("error.network_change"));
  });

  it("only a read that is repeated promises that", () => {
    localStorage.setItem("i18nextLng", language);
    const refused = new ApiError(500, null);
    expect((ofRepeated(new ApiError(0, null)) as ApiError).message).toBe(t("error.network_polled"));
    expect(ofRepeated(refused)).toBe(refused);
  });
});
