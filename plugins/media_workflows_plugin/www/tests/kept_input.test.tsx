// Lists whose page is in the address, input that a click does not drop, and errors of parsers and receivers in the page's language.
import { type ReactNode, useState } from "react";
import { useLocation } from "react-router-dom";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Delivery } from "../src/api/events";
import { queries } from "../src/api/queries";
import type { Json, JsonObject, Workflow } from "../src/api/types";
import { DeliveryTable } from "../src/components/DeliveryTable";
import { JsonField } from "../src/components/fields/JsonField";
import { ParametersFields } from "../src/components/fields/ParametersFields";
import { SourceObjects } from "../src/components/SourceObjects";
import { FormContext } from "../src/definition/FormContext";
import { withValue } from "../src/definition/path";
import { t } from "../src/i18n";
import { BackfillList } from "../src/pages/backfills/BackfillList";
import { MissedTab } from "../src/pages/backfills/MissedTab";
import { useYamlText } from "../src/pages/form/useYamlText";
import { YamlEditor, YamlError } from "../src/pages/form/YamlEditor";
import { NoteDialog } from "../src/pages/review/NoteDialog";
import { UploadsTab } from "../src/pages/workflow/UploadsTab";
import { ImportDialog } from "../src/pages/workflows/ImportDialog";
import { click, drawn, pause, type Language, typeText, until } from "./rendered";

const close = vi.fn();
const Address = () => <output>{useLocation().search}</output>;
const address = () => new URLSearchParams(document.querySelector("output")!.textContent!);

describe("a list", () => {
  let asked: URLSearchParams[];

  beforeEach(() => {
    asked = [];
    vi.stubGlobal("fetch", async (url: string) => {
      const { pathname, searchParams } = new URL(url);
      if (/\/(uploads|backfills)$/.test(pathname)) asked.push(searchParams);
      if (pathname.endsWith("/detection")) return new Promise<Response>(() => undefined);
      return Response.json({ items: [], total: 45, total_is_exact: true });
    });
  });

  it("of uploads shows the first page of a search", async () => {
    const place = await drawn(<><Address /><UploadsTab workflow="wf" /></>);
    await until(() => place.textContent!.includes(t("page.next")));
    await click(t("page.next"));
    await until(() => asked.at(-1)!.get("offset") === "20");
    expect(address().get("offset")).toBe("20");
    typeText(place.querySelector("input[type=search]")!, "clip");
    await until(() => asked.at(-1)!.get("key") === "clip");
    expect(asked.at(-1)!.get("offset")).toBe("0");
    expect([address().get("search"), address().get("offset")]).toEqual(["clip", null]);
  });

  it("of backfills has its page in the address", async () => {
    const place = await drawn(<><Address /><BackfillList empty={null} /></>);
    await until(() => place.textContent!.includes(t("page.next")));
    await click(t("page.next"));
    await until(() => asked.at(-1)!.get("offset") === "20");
    expect(address().get("offset")).toBe("20");
  });

  it("of missed uploads has its page in the address, beside the tab", async () => {
    const froms: (string | null)[] = [];
    vi.stubGlobal("fetch", async (url: string) => {
      const { pathname, searchParams } = new URL(url);
      if (!pathname.endsWith("/missed-uploads")) return new Promise<Response>(() => undefined);
      froms.push(searchParams.get("after"));
      return Response.json({ items: [{ key: "a.mp4", size_bytes: 1, last_modified: "2026-01-01T00:00:00Z", rule: "", meaning: "" }], listed: 1, next: searchParams.get("after") ? null : "a.mp4" });
    });
    await drawn(<><Address /><MissedTab workflow={{ id: "wf", enabled: true, definition: { name: "wf" } } as unknown as Workflow} /></>);
    await until(() => document.body.textContent!.includes(t("page.next")));
    await click(t("page.next"));
    await until(() => address().get("after") === "a.mp4" && froms.at(-1) === "a.mp4");
    await pause(20);
    await click(t("page.previous"));
    await until(() => address().get("after") === null);
  });

  it("of objects has its page and filter in the address, and a way back", async () => {
    const list = vi.fn(async (_state: string, after: string, limit: number) => ({ items: Array.from({ length: limit }, (_, at) => ({ key: `${after}${String.fromCharCode(97 + at)}` })) }));
    await drawn(<><Address /><SourceObjects name={["objects"]} list={list} isMoving={() => false} columns={[]} /></>);
    const last = "t"; // the twentieth
    for (const from of [last, `${last}${last}`]) {
      await click(t("page.next"));
      await until(() => address().get("after") === from && list.mock.calls.at(-1)![1] === from);
      await pause(20);
    }
    await click(t("page.previous"));
    await until(() => address().get("after") === last);
    const state = document.querySelector("select")!;
    state.value = "failed";
    state.dispatchEvent(new Event("change", { bubbles: true }));
    await until(() => address().get("state") === "failed");
    expect(address().get("after")).toBeNull();
    await until(() => list.mock.calls.at(-1)![0] === "failed");
    expect(list.mock.calls.at(-1)![1]).toBe("");
  });
});

it.each<[string, () => ReactNode]>([
  ["an import", () => <ImportDialog close={close} />],
  ["a note", () => <NoteDialog title="A note" confirm="Save" focus="note" save={close} close={close} />],
])("a click beside the dialog keeps what is typed: %s", async (_, dialog) => {
  close.mockReset();
  await drawn(dialog());
  await until(() => document.querySelector("[role=dialog]") !== null);
  await pause(200);
  for (const event of ["pointerdown", "pointerup", "click"]) document.body.dispatchEvent(new PointerEvent(event, { bubbles: true, button: 0 }));
  await pause(200);
  expect(close).not.toHaveBeenCalled();
});

const SCHEMA = { properties: { template: { type: "integer" }, parameters: { type: "object", properties: { width: { type: "integer" } } } } };

interface FormProps {
  start: JsonObject;
  seen: (value: Json) => void;
}

function ParametersForm({ start, seen }: FormProps) {
  const [value, setValue] = useState<Json>(start);
  seen(value);
  return (
    <FormContext value={{ value, root: {}, problems: [], set: (path, next) => setValue((old) => withValue(old, path, next)) }}>
      <ParametersFields path="item" schema={SCHEMA} kind="transcode" />
    </FormContext>
  );
}

describe("own parameters", () => {
  let value: Json;
  const seen = (now: Json) => {
    value = now;
  };

  const pick = async (choice: "template" | "own") => {
    const radio = document.querySelector<HTMLInputElement>(`input[type=radio][value=${choice}]`)!;
    radio.checked = false; // happy-dom keeps what was checked before
    radio.click();
    await pause();
  };

  beforeEach(() => {
    const item = { kind: "transcode", id: 10, name: "ten", comment: "", parameters: { width: 10 }, preset: true, standing: "usual", revision: 1, unavailable: [] };
    queries.setQueryData(["templates", "all"], { items: [item], total: 1 });
  });

  it("are there again after a look at the templates", async () => {
    await drawn(<ParametersForm seen={seen} start={{ item: { parameters: { width: 640 }, output_path: "x" } }} />);
    await pick("template");
    expect(value).toEqual({ item: { output_path: "x" } });
    await pick("own");
    expect(value).toEqual({ item: { parameters: { width: 640 }, output_path: "x" } });
  });

  it("are those of a template that was chosen", async () => {
    await drawn(<ParametersForm seen={seen} start={{ item: { template: 10 } }} />);
    await pick("own");
    expect(value).toEqual({ item: { parameters: { width: 10 } } });
  });
});

const form = { value: {}, root: {}, problems: [], set: () => undefined };

function Editor() {
  const yaml = useYamlText({}, () => undefined);
  return (
    <FormContext value={form}>
      <YamlEditor yaml={yaml} />
      <YamlError yaml={yaml} />
    </FormContext>
  );
}

describe.each<Language>(["en", "zh-CN"])("in %s", (language) => {
  const begins = (key: "form.yaml_bad" | "form.json_bad") => t(key, { error: "" });

  it("what is no YAML", async () => {
    const place = await drawn(<Editor />, language);
    typeText(place.querySelector("textarea")!, "a: [");
    await pause();
    await click(t("form.yaml_take"));
    await until(() => place.querySelector("[role=alert]")?.textContent?.startsWith(begins("form.yaml_bad")) === true);
  });

  it("what is no JSON", async () => {
    const place = await drawn(<FormContext value={form}><JsonField path="extra" name="extra" schema={{}} required={false} /></FormContext>, language);
    typeText(place.querySelector("textarea")!, "{");
    await until(() => place.textContent!.includes(begins("form.json_bad")));
  });

  it("what a receiver's answer means", async () => {
    const error = "callback http://receiver answered 410 (Gone), 'bye': the receiver accepts no more events; change or remove the callback";
    const delivery = { id: 1, event_id: "e", workflow_id: "wf", run_id: "r", kind: "WorkflowTask", state: "dead", role: "", address: "a", attempts: 1, created_at: "2026-01-01T00:00:00Z", source_key: null, last: { begun_at: "2026-01-01T00:00:00Z", latency_s: 1, status: 410, answer: "bye", error } } as unknown as Delivery;
    const place = await drawn(<DeliveryTable items={[delivery]} withRun={false} withWorkflow={false} selected={new Set()} select={() => undefined} open={() => undefined} />, language);
    expect(place.textContent).toContain(language === "en" ? error : "回调 http://receiver 返回 410（Gone）：“bye”；接收方不再接收事件，请更改或删除该回调");
  });
});
