// What an operator reads of a run, at the review desk and of a disabled workflow, in both languages.
import { describe, expect, it, vi } from "vitest";

import type { RunReport, RunRow, Waiting } from "../src/api/runs";
import type { Workflow } from "../src/api/types";
import { DisabledNote } from "../src/components/DisabledNote";
import { causeLabel, WAITS_FOR_APPROVAL } from "../src/components/runs/cause";
import { RunState } from "../src/components/runs/RunTable";
import { t } from "../src/i18n";
import { type Command, KEYS } from "../src/pages/review/desk";
import { DeskButtons } from "../src/pages/review/DeskButtons";
import { FindingList } from "../src/pages/review/FindingList";
import { Findings } from "../src/pages/run/Findings";
import { button, click, drawn, type Language, serve, until } from "./rendered";

const CHECK = "porn.image";
const DONE = { type: CHECK, status: "SUCCESS", code: "", message: "", output: { shape: "review", suggestion: "pass", confidence: 0, label: "", sample_rate: 1, duration_s: 1, segments: [] } };
const FAILED = { ...DONE, status: "FAIL", message: "the model cannot be read", output: null };

function run(state: string | null, sub_tasks: object[] = []): RunReport {
  const job = { state, items: [{ sub_task_types: [CHECK], sub_tasks }] };
  return { workflow_id: "wf", run_id: "r", jobs: [job], review: null, before: null } as unknown as RunReport;
}

describe("a check of a review", () => {
  const words: [string, RunReport, Record<Language, string>][] = [
    ["not scheduled", run(null), { en: "Not checked yet: this check has not begun", "zh-CN": "尚未检查：该检查尚未开始" }],
    ["queued", run("queued"), { en: "Not checked yet: this check has not begun", "zh-CN": "尚未检查：该检查尚未开始" }],
    ["tried again", run("up_for_retry"), { en: "Not checked yet: this check has not begun", "zh-CN": "尚未检查：该检查尚未开始" }],
    ["running", run("running"), { en: "Not checked yet: this check is running", "zh-CN": "尚未检查：该检查正在进行" }],
    ["failed", run("failed", [FAILED]), { en: "the model cannot be read", "zh-CN": "the model cannot be read" }],
    ["ended without a result", run("failed"), { en: "Not checked: this check ended without a result", "zh-CN": "未检查：该检查没有得到结果" }],
    ["skipped", run("skipped"), { en: "Not checked: the step was skipped", "zh-CN": "未检查：步骤已跳过" }],
    ["done without findings", run("success", [DONE]), { en: "Done: nothing found", "zh-CN": "已完成：未发现" }],
  ];

  it.each(words.flatMap(([name, report, texts]) => (["en", "zh-CN"] as const).map((language) => [name, language, report, texts[language]] as const)))("that is %s says so, in %s", async (name, language, report, text) => {
    const place = await drawn(<Findings run={report} />, language);
    expect(place.textContent).toContain(text);
    expect(place.textContent!.includes(t("findings.nothing"))).toBe(name === "done without findings");
    expect(place.textContent!.includes(t("suggestion.pass"))).toBe(name === "done without findings");
  });
});

describe.each<Language>(["en", "zh-CN"])("the review desk without findings, in %s", (language) => {
  it.each([["pass", "review.no_findings"], ["review", "review.not_checked"], [null, "review.not_checked"]] as const)("says whether all was checked: %s", async (suggestion, key) => {
    const place = await drawn(<FindingList findings={[]} suggestion={suggestion} current={0} picture={() => undefined} choose={() => undefined} />, language);
    expect(place.textContent).toBe(t(key));
  });
});

describe("a run that waits for a person", () => {
  const waiting: Waiting = { reason: "approval", place: "ask", ahead: 0, is_more: false, encodes: false, question: "Publish this video?" };
  const row = { state: "running", percent: null, stalled_s: null, waiting } as unknown as RunRow;

  it.each<[Language, string, string]>([
    ["en", "waiting for approval: Publish this video?", "Waits for approval"],
    ["zh-CN", "等待人工审批：Publish this video?", "等待人工审批"],
  ])("says why, and has a cause to filter by, in %s", async (language, text, cause) => {
    const place = await drawn(<RunState run={row} />, language);
    expect(place.textContent).toContain(text);
    expect(causeLabel(WAITS_FOR_APPROVAL)).toBe(cause);
  });

  it("reads the product's own questions in Chinese", async () => {
    const question = "Run over the budget? this run would use about 2 CPU hours, and the budget of one run is 1: raise budget.per_run, or make fewer outputs";
    const place = await drawn(<RunState run={{ ...row, waiting: { ...waiting, place: "budget-check", question } }} />, "zh-CN");
    expect(place.textContent).toContain("等待人工审批：运行超出预算，是否继续？");
  });

  it("names the step of a question without words", async () => {
    const place = await drawn(<RunState run={{ ...row, waiting: { ...waiting, question: "" } }} />);
    expect(place.textContent).toContain("waiting for approval: ask");
  });
});

describe.each<Language>(["en", "zh-CN"])("the buttons of the review desk, in %s", (language) => {
  const all = Object.fromEntries(KEYS.map(([, command]) => [command, () => undefined])) as Record<Command, () => void>;
  const names = (place: HTMLElement) => [...place.querySelectorAll("button")].map((one) => one.childNodes[0]!.textContent);

  it("are those of the run alone when there are no findings", async () => {
    const place = await drawn(<DeskButtons commands={all} hasFindings={false} reason="" />, language);
    expect(names(place)).toEqual((["play", "finish", "block_run", "keys"] as const).map((command) => t(`review_key.${command}`)));
  });

  it("say why the rest cannot pass: nothing is left", async () => {
    const { pass_all: _, ...others } = all;
    const place = await drawn(<DeskButtons commands={others} hasFindings reason="" />, language);
    expect(names(place)).toHaveLength(KEYS.length);
    const rest = [...place.querySelectorAll("button")].find((one) => one.textContent!.startsWith(t("review_key.pass_all")))!;
    expect([rest.disabled, rest.title]).toEqual([true, t("review.all_decided")]);
  });
});

describe("the note of a disabled workflow", () => {
  const workflow = { id: "wf", enabled: false, definition: { name: "films" } } as unknown as Workflow;
  const name = () => t("action.named", { action: t("switch.enable"), name: "films" });

  it.each<Language>(["en", "zh-CN"])("enables it, in %s", async (language) => {
    const called = vi.fn();
    serve((call) => {
      called(call);
      return call.startsWith("POST") ? { body: { ...workflow, enabled: true } } : undefined;
    });
    await drawn(<DisabledNote workflow={workflow} text={t("upload.disabled")} />, language);
    await click(name());
    await until(() => called.mock.calls.some(([call]) => call === "POST workflows/wf/enable"));
  });

  it("has no button for those who may not, and is gone once it is enabled", async () => {
    const me = { name: "v", can_edit: false, can_delete: false, can_run: false, can_change_runs: false };
    serve((call) => (call === "GET me" ? { body: me } : undefined));
    const note = await drawn(<DisabledNote workflow={workflow} text="It is disabled." />);
    await until(() => note.querySelector("button") === null);
    expect(note.textContent).toContain("It is disabled.");
    const enabled = await drawn(<DisabledNote workflow={{ ...workflow, enabled: true }} text="It is disabled." />);
    expect(enabled.textContent).toBe("");
    expect(() => button(name())).toThrow();
  });
});
