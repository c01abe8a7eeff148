// What a reader's role does not allow is disabled, with the reason, instead of failing after the click.
import { List } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Delivery } from "../src/api/events";
import type { RunReport, RunRow } from "../src/api/runs";
import type { Definition, Me, Workflow } from "../src/api/types";
import type { UploadState } from "../src/api/uploads";
import { DeliveryBulkBar } from "../src/components/DeliveryBulkBar";
import { EnabledSwitch } from "../src/components/EnabledSwitch";
import { RunBulkBar } from "../src/components/runs/RunBulkBar";
import { WorkflowActions } from "../src/components/WorkflowActions";
import type { Schema } from "../src/definition/schema";
import { t } from "../src/i18n";
import { WorkflowForm } from "../src/pages/form/WorkflowForm";
import { Commands } from "../src/pages/run/Commands";
import { StartPage } from "../src/pages/start/StartPage";
import { UploadRow } from "../src/pages/workflow/UploadRow";
import { BulkBar } from "../src/pages/workflows/BulkBar";
import { EmptyState } from "../src/pages/workflows/EmptyState";
import schemas from "./form_schemas.json";
import { button, drawn, type Language, pause, serve, until } from "./rendered";

const WORKFLOW = schemas.workflow as unknown as Schema;
const VIEWER: Me = { name: "v", can_edit: false, can_edit_all: false, can_delete: false, can_run: false, can_change_runs: false } as Me;
const EDITOR: Me = { ...VIEWER, can_edit: true, can_run: true };
const DEFINITION = { name: "a", trigger: { bucket: "in" }, output: {}, jobs: {} } as unknown as Definition;
const RUN = { workflow_id: "wf", run_id: "r", request_id: null, jobs: [], source: { bucket: "in", key: "a.mp4" } } as unknown as RunReport;
const EXISTS = { number: 1, workflow: "wf", file: new File([""], "a.mp4"), phase: "exists", sent_bytes: 0, isInterrupted: false, error: null, overwrite: false, sent: null } as UploadState;

const row = (of: UploadState) => (
  <List.Root>
    <UploadRow of={of} />
  </List.Root>
);

const parts: [string, () => string, () => ReactNode][] = [
  ["the first workflow", () => t("list.new"), () => <EmptyState />],
  ["a form without a starter", () => t("starter.empty_form"), () => <StartPage />],
  ["a new workflow", () => t("app.save"), () => <WorkflowForm root={WORKFLOW} start={DEFINITION} target={{ save: () => Promise.reject(new Error()) }} />],
  ["the commands of a dry run", () => t("run.show_commands"), () => <Commands run={RUN} />],
  ["the replacement of a file", () => t("upload.overwrite"), () => row(EXISTS)],
];

let me: Me;

beforeEach(() => serve((call) => (call === "GET me" ? { body: me } : undefined)));

describe.each<Language>(["en", "zh-CN"])("in %s", (language) => {
  it.each(parts)("%s", async (_, name, part) => {
    me = VIEWER;
    await drawn(part(), language);
    await until(() => [...document.querySelectorAll("button")].some((one) => one.disabled && one.textContent!.trim() === name()));
    expect(button(name()).title).toBe(t("action.forbidden"));
  });
});

it.each(parts)("to those who may: %s", async (_, name, part) => {
  me = EDITOR;
  const place = await drawn(part());
  await pause(20);
  const found = () => [...document.querySelectorAll<HTMLElement>("a, button")].find((one) => one.textContent!.trim() === name());
  await until(() => found()?.hasAttribute("disabled") === false);
  expect(place.textContent).not.toContain(t("action.forbidden"));
});

describe("to those who may change one of two workflows", () => {
  const workflow = (id: string) => ({ id, enabled: false, definition: { name: id, trigger: { bucket: "in" } } }) as unknown as Workflow;
  const asked: (string | null)[] = [];

  beforeEach(() => {
    asked.length = 0;
    vi.stubGlobal("fetch", (url: string) => {
      const { pathname, searchParams } = new URL(url);
      if (!pathname.endsWith("/me")) return new Promise(() => undefined);
      const of = searchParams.get("workflow");
      asked.push(of);
      return Promise.resolve(Response.json(of === "mine" ? { ...EDITOR, can_delete: true, can_change_runs: true } : VIEWER));
    });
  });

  it("the list has a switch and actions for that one", async () => {
    const both = ["mine", "theirs"].map(workflow);
    const place = await drawn(both.map((one) => (
      <div key={one.id} id={one.id}>
        <EnabledSwitch workflow={one} />
        <WorkflowActions workflow={one} />
      </div>
    )));
    await until(() => place.querySelector<HTMLInputElement>("#theirs input")!.disabled && !place.querySelector<HTMLInputElement>("#mine input")!.disabled);
    const locked = (id: string) => [...place.querySelectorAll(`#${id} button[aria-disabled]`)].map((one) => one.textContent);
    expect(locked("mine")).toEqual([t("action.duplicate")]);
    expect(locked("theirs")).toEqual([t("action.edit"), t("action.duplicate"), t("action.delete")]);
    expect(place.querySelector("#theirs label")!.getAttribute("title")).toBe(t("action.forbidden"));
    expect(asked.toSorted()).toEqual(["mine", "theirs", null].toSorted());
  });

  it.each<[string, (ids: string[]) => ReactNode, () => string]>([
    ["workflows", (ids) => <BulkBar items={ids.map(workflow)} done={() => undefined} />, () => t("bulk.enable")],
    ["runs", (ids) => <RunBulkBar items={ids.map((id) => ({ workflow_id: id, run_id: "r", state: "failed" }) as RunRow)} done={() => undefined} />, () => t("run_action.retry", { count: 1 })],
    ["deliveries", (ids) => <DeliveryBulkBar items={ids.map((id) => ({ workflow_id: id, event_id: "e", state: "dead" }) as Delivery)} done={() => undefined} />, () => t("deliveries.resend_many", { count: 1 })],
  ])("a selection of %s can be changed if it is all of that one", async (_, bar, name) => {
    await drawn(bar(["theirs"]));
    await until(() => button(name()).disabled && button(name()).title === t("action.forbidden"));
    document.body.replaceChildren();
    await drawn(bar(["mine"]));
    await until(() => asked.includes("mine"));
    await pause(20);
    expect(button(name()).disabled).toBe(false);
  });
});
