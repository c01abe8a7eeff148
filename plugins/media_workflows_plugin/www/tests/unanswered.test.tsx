// What cannot be read says so, instead of looking as if there were nothing, or as if all were well.
import { List } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";

import { listApprovals } from "../src/api/approvals";
import type { RunReport } from "../src/api/runs";
import type { UploadState } from "../src/api/uploads";
import { WaitingApprovals } from "../src/components/approvals/WaitingApprovals";
import { DetectionNote } from "../src/components/DetectionNote";
import { TemplatePicker } from "../src/components/fields/TemplatePicker";
import type { Schema } from "../src/definition/schema";
import { FormContext } from "../src/definition/FormContext";
import { usePolledEvery } from "../src/hooks/usePolled";
import { t } from "../src/i18n";
import { LiveGraph } from "../src/pages/form/LiveGraph";
import { WorkflowForm } from "../src/pages/form/WorkflowForm";
import { DeskPage } from "../src/pages/review/DeskPage";
import { useRunGraph } from "../src/pages/run/useRunGraph";
import { useWaiting } from "../src/pages/run/useWaiting";
import { UploadRow } from "../src/pages/workflow/UploadRow";
import schemas from "./form_schemas.json";
import { drawn, type Language, pause, serve, until } from "./rendered";

const WORKFLOW = schemas.workflow as unknown as Schema;
const SENT = { number: 1, workflow: "wf", file: new File([""], "a.mp4"), phase: "sent", sent_bytes: 0, isInterrupted: false, error: null, overwrite: false, sent: { key: "in/a.mp4", decided_before: "" } } as UploadState;
const RUN = { workflow_id: "wf", run_id: "r", state: "running", revision: 1, request_id: null, actions: [], jobs: [] } as unknown as RunReport;
const SERVER_ERROR = { status: 503, body: { code: "FailedOperation", message: "the database does not answer" } };

function Waiting() {
  return <p role="alert">{useWaiting("wf", "r", RUN).error?.message}</p>;
}

function Graph() {
  return <p role="alert">{useRunGraph("wf", RUN).error?.message}</p>;
}

function Polled() {
  const { data, error } = usePolledEvery({ queryKey: ["polled"], read: () => listApprovals({}), every_ms: (found) => (found ? false : 20) });
  return <p>{data ? "done" : error?.message}</p>;
}

const form = (node: ReactNode) => <FormContext value={{ value: {}, root: {}, problems: [], set: () => undefined }}>{node}</FormContext>;
const nothing = () => undefined;

const row = (of: UploadState) => (
  <List.Root>
    <UploadRow of={of} />
  </List.Root>
);

const parts: [string, () => ReactNode][] = [
  ["the approvals that wait", () => <WaitingApprovals />],
  ["the detection of uploads", () => <DetectionNote workflow="wf" />],
  ["that beside an upload", () => <DetectionNote workflow="wf" quiet />],
  ["the questions of a run", () => <Waiting />],
  ["the graph of a run", () => <Graph />],
  ["the graph of a form", () => form(<LiveGraph valid />)],
  ["the templates to choose from", () => <TemplatePicker kind="transcode" chosen={undefined} pick={nothing} create={nothing} close={nothing} />],
  ["the decision about an upload", () => row(SENT)],
];

describe.each<Language>(["en", "zh-CN"])("in %s", (language) => {
  it.each(parts)("%s", async (_, part) => {
    serve(() => SERVER_ERROR);
    await drawn(part(), language);
    await until(() => [...document.querySelectorAll("[role=alert]")].some((alert) => alert.textContent!.includes(SERVER_ERROR.body.message)));
    for (const text of ["templates.none", "graph.none"] as const) expect(document.body.textContent).not.toContain(t(text));
  });

  it("a form that is not checked", async () => {
    serve((call) => (call === "POST workflows/validate" ? SERVER_ERROR : undefined));
    const start = { name: "a", trigger: { bucket: "in" }, output: {}, jobs: {} };
    const place = await drawn(<WorkflowForm root={WORKFLOW} start={start} target={{ save: () => Promise.reject(new Error()) }} />, language);
    await until(() => place.textContent!.includes(t("form.not_checked", { error: SERVER_ERROR.body.message })));
  });

  it.each([undefined, SERVER_ERROR])("the files of a review, which are no files that cannot be played", async (files) => {
    const review = { suggestion: "pass", decision: null, findings: [], workflow_id: "wf", workflow_name: "wf", run_id: "r", source: null, questions: [] };
    serve((call) => (call.endsWith("/files") ? files : call.endsWith("/review") ? { body: review } : undefined));
    const place = await drawn(<DeskPage />, language);
    await until(() => place.querySelector("[data-testid=desk]") !== null && (files === undefined || place.textContent!.includes(SERVER_ERROR.body.message)));
    expect(place.textContent).not.toContain(t("preview.no_player"));
  });
});

it("a run of a deleted workflow has no graph, and that is no error", async () => {
  serve(() => ({ status: 404, body: { code: "ResourceNotFound", message: "gone" } }));
  const place = await drawn(<Graph />);
  await pause(20);
  expect(place.querySelector("[role=alert]")!.textContent).toBe("");
});

it("polling slows down while the server fails, and stops when there is nothing more to ask", async () => {
  const asked = vi.fn();
  let body: object | undefined;
  serve((call) => {
    asked(call);
    return body ? { body } : SERVER_ERROR;
  });
  const place = await drawn(<Polled />);
  await pause(400); // 20, 60, 140, 300 ms: without a slower rhythm it would be 20 times
  await until(() => place.textContent === SERVER_ERROR.body.message && asked.mock.calls.length > 1);
  expect(asked.mock.calls.length).toBeLessThan(7);
  body = { items: [], total: 0 };
  await until(() => place.textContent === "done");
  const calls = asked.mock.calls.length;
  await pause(100);
  expect(asked).toHaveBeenCalledTimes(calls);
});
