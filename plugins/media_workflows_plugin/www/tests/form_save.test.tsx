// What a refused save of a workflow does: it leads to the field, and asks whose version stays.
import { beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, type Problem } from "../src/api/client";
import type { Definition, WorkflowDetail } from "../src/api/types";
import { fieldId } from "../src/components/fields/FieldFrame";
import { TextField } from "../src/components/fields/TextField";
import { FormDialog } from "../src/components/FormDialog";
import type { Schema } from "../src/definition/schema";
import { t } from "../src/i18n";
import { draftOf, storedWorkflow, type Target } from "../src/pages/form/targets";
import { WorkflowForm } from "../src/pages/form/WorkflowForm";
import { TemplatePage } from "../src/pages/templates/TemplatePage";
import schemas from "./form_schemas.json";
import { click, drawn, type Language, pause, serve, typeText, until } from "./rendered";

const WORKFLOW = schemas.workflow as unknown as Schema;
const TEXTS = { shows: "text" };
const ITEM = { parameters: { container: "mp4", video: { edit: { burned_in_texts: [TEXTS] } } }, watermarks: [{}] };
const MINE = { name: "mine", trigger: { bucket: "in" }, output: {}, jobs: { transcode: [ITEM] } } as unknown as Definition;
const THEIRS = { ...MINE, name: "theirs", priority: 5 } as unknown as Definition;

const refusal = (problems: Problem[]) => ({ code: "InvalidParameterValue", message: "1 problem", problems });
const problem = (field: string): Problem => ({ field, got: "nothing", expected: "is required" });
const focused = () => document.activeElement?.id;

// Saves, goes on after the conflict, saves again, and keeps: only the last one replaces what the other editor saved.
async function savedOverTheirs(bases: unknown[]): Promise<void> {
  for (const saves of [1, 2]) {
    await click(t("app.save"));
    await until(() => conflictDialog() !== null);
    expect(bases).toEqual(Array(saves).fill(1));
    if (saves === 1) await click(t("conflict.go_on"));
    await until(() => saves === 2 || conflictDialog() === null);
  }
  await click(t("conflict.keep"));
  await until(() => bases.length === 3);
  expect(bases).toEqual([1, 1, 2]);
}

describe("a refused save leads to the field before the form's own check has answered", () => {
  it.each([
    "jobs.transcode[0].parameters.video.edit.burned_in_texts[0].text",
    "jobs.transcode[0].parameters.video.edit.burned_in_texts[0]", // only its problem has an element
    "jobs.transcode[0].parameters",
    "jobs.transcode[0].watermarks[0]",
    "jobs.transcode[0].watermarks[0].text",
    "jobs.transcode[0].output_path",
    "jobs.transcode[0].segment_path", // folded until it has a problem
    "trigger.formats[1]",
    "name",
  ])("%s", async (field) => {
    const target: Target = { save: () => Promise.reject(new ApiError(422, refusal([problem(field)]))) };
    await drawn(<WorkflowForm root={WORKFLOW} start={MINE} target={target} />);
    await click(t("app.save"));
    await until(() => document.activeElement !== document.body);
    expect(focused()).toBe(fieldId(field.replace("[1]", "")));
    expect(document.activeElement!.closest("details:not([open])")).toBeNull();
  });
});

it("a refused save in a dialog leads to its field, not to that of the same name behind it", async () => {
  const save = () => Promise.reject(new ApiError(422, refusal([problem("comment")])));
  await drawn(
    <>
      <input id={fieldId("comment")} aria-label="behind" />
      <FormDialog title="A dialog" start={{ name: "", comment: "" }} save={save} close={() => undefined}>
        <TextField path="name" name="name" schema={{ type: "string" }} required />
        <TextField path="comment" name="comment" schema={{ type: "string" }} required />
      </FormDialog>
    </>,
  );
  await click(t("app.save"));
  const field = () => document.querySelectorAll<HTMLInputElement>("[role=dialog] input")[1];
  await until(() => document.activeElement === field());
  expect(field()!.id).not.toBe(fieldId("comment"));
});

describe.each<Language>(["en", "zh-CN"])("when another editor has saved meanwhile, in %s", (language) => {
  const conflict = new ApiError(409, { code: "Conflict", message: "revision", problems: [problem("revision")] });
  const save = vi.fn<Target["save"]>();
  const accept = vi.fn();
  const dialog = () => document.querySelector("[role=alertdialog]");

  beforeEach(async () => {
    save.mockReset();
    accept.mockReset();
    save.mockRejectedValueOnce(conflict).mockResolvedValue({ id: "wf", message: "stored" });
    await drawn(<WorkflowForm root={WORKFLOW} start={MINE} target={{ id: "wf", save, latest: async () => ({ definition: THEIRS, accept }) }} />, language);
    await click(t("app.save"));
    await until(() => dialog() !== null && dialog()!.textContent!.includes("− name: theirs"));
  });

  const nameField = () => document.getElementById(fieldId("name")) as HTMLInputElement;

  it("both versions are compared", () => {
    expect(dialog()!.textContent).toContain(t("conflict.title"));
    expect(dialog()!.textContent).toContain(t("conflict.text"));
    for (const line of ["− name: theirs", "+ name: mine", "− priority: 5"]) expect(dialog()!.textContent).toContain(line);
    if (language === "zh-CN") expect(dialog()!.textContent).toMatch(/其他|他人|另一/);
  });

  it("editing goes on with nothing lost", async () => {
    await click(t("conflict.go_on"));
    await until(() => dialog() === null);
    expect(nameField().value).toBe("mine");
    expect(save).toHaveBeenCalledTimes(1);
    expect(accept).not.toHaveBeenCalled();
  });

  it("theirs is loaded, and saved with what is changed then", async () => {
    await click(t("conflict.reload"));
    await until(() => dialog() === null);
    expect(nameField().value).toBe("theirs");
    await click(t("app.save"));
    await until(() => save.mock.calls.length === 2);
    expect(save.mock.calls[1]![0]).toEqual(THEIRS);
    expect(accept).toHaveBeenCalledTimes(1);
  });

  it("mine is kept: it is saved over theirs", async () => {
    await click(t("conflict.keep"));
    await until(() => save.mock.calls.length === 2);
    expect(save.mock.calls[1]![0]).toEqual(MINE);
    expect(accept).toHaveBeenCalledTimes(1);
    await pause(50);
    expect(dialog()).toBeNull();
  });
});

const REFUSED = { status: 409, body: { code: "ResourceConflict", message: "revision", problems: [problem("revision")] } };
const conflictDialog = () => document.querySelector("[role=alertdialog]");

// A server at whose revision 2 another editor has saved; `bases` are those of the saves.
function twoEditors(theirs: object, isSave: (call: string) => boolean) {
  const bases: number[] = [];
  serve((call, body) => {
    if (isSave(call)) {
      const { revision } = body as { revision: number };
      bases.push(revision);
      return revision === 2 ? { body: { ...theirs, ...(body as object), revision: 3 } } : REFUSED;
    }
    return call.startsWith("GET workflows/wf") ? { body: theirs } : undefined;
  });
  return bases;
}

describe("the conflict of a stored workflow", () => {
  const stored = { id: "wf", revision: 1, enabled: false, draft: null, definition: MINE } as unknown as WorkflowDetail;

  it("comes again with the next save after going on: nothing is overwritten unasked", async () => {
    const bases = twoEditors({ ...stored, revision: 2, definition: THEIRS }, (call) => call === "PUT workflows/wf");
    await drawn(<WorkflowForm root={WORKFLOW} start={MINE} target={storedWorkflow(stored)} />);
    await savedOverTheirs(bases);
  });

  it("of a draft is accepted only by a choice, too", async () => {
    const sent: unknown[] = [];
    serve((call, body) => {
      if (call === "GET workflows/wf") return { body: { ...stored, draft: { number: 7 } } };
      if (call === "GET workflows/wf/draft") return { body: { number: 7, base_revision: 4, definition: THEIRS } };
      sent.push(body);
      return REFUSED;
    });
    const target = draftOf(stored, null);
    const { definition, accept } = await target.latest!();
    expect(definition).toEqual(THEIRS);
    await expect(target.save(MINE)).rejects.toThrow();
    accept();
    await expect(target.save(MINE)).rejects.toThrow();
    expect(sent.map((one) => Object.values(one as object).filter((value) => typeof value === "number"))).toEqual([[0, 1], [7, 4]]);
  });
});

describe("the page of a template that another editor saves meanwhile", () => {
  const template = (name: string, revision: number) => ({ kind: "", id: 0, name, comment: "", parameters: {}, preset: false, standing: "yours", revision, used_by: [], unavailable: [] });
  const nameField = () => document.getElementById(fieldId("name")) as HTMLInputElement;
  const typed = (text: string) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(nameField(), text);
    nameField().dispatchEvent(new Event("input", { bubbles: true }));
  };
  let stored = template("first", 1);
  const bases: number[] = [];

  beforeEach(async () => {
    stored = template("first", 1);
    bases.length = 0;
    serve((call, body) => {
      if (call === "GET schema") return { body: { workflow: {}, parameters: { "": {} }, rules: {} } };
      if (call.startsWith("GET templates/")) return { body: stored };
      if (!call.startsWith("PUT templates/")) return undefined;
      const { revision } = body as { revision: number };
      bases.push(revision);
      return revision === stored.revision ? { body: { ...stored, revision: revision + 1 } } : REFUSED;
    });
    await drawn(<TemplatePage />);
    await until(() => nameField() !== null);
    typed("mine");
    await pause();
    stored = template("theirs", 2);
  });

  it("keeps what is typed when the window has the focus again", async () => {
    await pause(1_100); // by then its data are old
    window.dispatchEvent(new Event("visibilitychange"));
    await pause(50);
    expect(nameField().value).toBe("mine");
  });

  it("compares both, and saves over theirs only when asked", async () => {
    await savedOverTheirs(bases);
  });

  it("loads theirs", async () => {
    await click(t("app.save"));
    await until(() => conflictDialog() !== null);
    await click(t("conflict.reload"));
    await until(() => nameField().value === "theirs");
    await click(t("app.save"));
    await until(() => bases.length === 2);
    expect(bases).toEqual([1, 2]);
  });
});

describe("YAML that is typed", () => {
  const typed = async (text: string): Promise<Definition[]> => {
    const sent: Definition[] = [];
    const save = (definition: Definition) => {
      sent.push(definition);
      return new Promise<never>(() => undefined);
    };
    const target: Target = { save };
    const place = await drawn(<WorkflowForm root={WORKFLOW} start={MINE} target={target} />);
    place.querySelector<HTMLElement>("aside details:last-of-type summary")!.click();
    await until(() => place.querySelector("aside textarea") !== null);
    typeText(place.querySelector<HTMLTextAreaElement>("aside textarea")!, text);
    await pause();
    await click(t("app.save"));
    return sent;
  };

  it("is saved without being applied first", async () => {
    const sent = await typed(JSON.stringify({ ...MINE, name: "by-yaml" }));
    await until(() => sent.length === 1);
    expect(sent[0]).toEqual({ ...MINE, name: "by-yaml" });
  });

  it("is neither lost nor saved when it cannot be read", async () => {
    const sent = await typed("name: [");
    await until(() => document.querySelector("form [role=alert]")?.textContent?.startsWith(t("form.yaml_bad", { error: "" })) === true);
    expect(sent).toEqual([]);
    expect(document.querySelector<HTMLTextAreaElement>("aside textarea")!.value).toBe("name: [");
  });
});
