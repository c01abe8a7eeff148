// The review desk while a run goes on: what is shown as current is what a key decides.
import { expect, test } from "vitest";

import { queries } from "../src/api/queries";
import type { ReviewedFinding } from "../src/api/reviews";
import { DeskPage } from "../src/pages/review/DeskPage";
import { drawn, pause, serve, until } from "./rendered";

const finding = (id: string, start_s: number, text: string): ReviewedFinding => ({
  ...{ id, step_id: "content_review", type: "prohibited.ocr", start_s, end_s: start_s + 1, text, label: "x", confidence: 80 },
  ...{ suggestion: "review", picture: null, asks: true, decision: null },
});
const review = (findings: ReviewedFinding[]) => ({
  ...{ workflow_id: "wf_1", workflow_name: "films", run_id: "r1", source: null, suggestion: "review", decision: null },
  ...{ questions: ["content_review"], findings },
});
const me = { name: "me", can_edit: true };

test("a finding that a later step inserts before the current one is not decided in its place", async () => {
  const decided: unknown[] = [];
  serve((call, body) => {
    if (call === "GET me") return { body: me };
    if (call.startsWith("GET runs//review")) return { body: review([finding("late", 9, "late")]) };
    if (call === "POST runs/r1/review/findings") decided.push(body);
    return undefined;
  });
  const place = await drawn(<DeskPage />);
  const current = () => place.querySelector("[aria-current=true]")?.textContent ?? "";
  await until(() => current().includes("late"));
  queries.setQueryData(["reviews", "one", "", ""], review([finding("early", 1, "early"), finding("late", 9, "late")]));
  await until(() => place.textContent!.includes("early"));
  expect(current()).toContain("late");
  place.querySelector("[data-testid=desk]")!.dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
  await pause();
  await until(() => decided.length > 0);
  expect(decided[0]).toMatchObject({ ids: ["late"], verdict: "block" });
});
