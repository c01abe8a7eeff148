// What a reader's role does not allow is disabled, with the reason, instead of failing after the click.
import { List } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { beforeEach, describe, expect, it } from "vitest";

import type { RunReport } from "../src/api/runs";
import type { Definition, Me } from "../src/api/types";
import type { UploadState } from "../src/api/uploads";
import type { Schema } from "../src/definition/schema";
import { t } from "../src/i18n";
import { WorkflowForm } from "../src/pages/form/WorkflowForm";
import { Commands } from "../src/pages/run/Commands";
import { StartPage } from "../src/pages/start/StartPage";
import { UploadRow } from "../src/pages/workflow/UploadRow";
import { EmptyState } from "../src/pages/workflows/EmptyState";
import schemas from "./form_schemas.json";
import { button, drawn, type Language, pause, serve, until } from "./rendered";

const WORKFLOW = schemas.workflow as unknown as Schema;
const VIEWER: Me = { name: "v", can_edit: false, can_delete: false, can_run: false, can_change_runs: false } as Me;
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
