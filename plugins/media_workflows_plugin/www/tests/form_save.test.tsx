// What a refused save of a workflow does: it leads to the field, and asks whose version stays.
import { beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, type Problem } from "../src/api/client";
import type { Definition } from "../src/api/types";
import { fieldId } from "../src/components/fields/FieldFrame";
import { TextField } from "../src/components/fields/TextField";
import { FormDialog } from "../src/components/FormDialog";
import type { Schema } from "../src/definition/schema";
import { t } from "../src/i18n";
import type { Target } from "../src/pages/form/targets";
import { WorkflowForm } from "../src/pages/form/WorkflowForm";
import schemas from "./form_schemas.json";
import { click, drawn, type Language, pause, until } from "./rendered";

const WORKFLOW = schemas.workflow as unknown as Schema;
const TEXTS = { shows: "text" };
const ITEM = { parameters: { container: "mp4", video: { edit: { burned_in_texts: [TEXTS] } } }, watermarks: [{}] };
const MINE = { name: "mine", trigger: { bucket: "in" }, output: {}, jobs: { transcode: [ITEM] } } as unknown as Definition;
const THEIRS = { ...MINE, name: "theirs", priority: 5 } as unknown as Definition;

const refusal = (problems: Problem[]) => ({ code: "InvalidParameterValue", message: "1 problem", problems });
const problem = (field: string): Problem => ({ field, got: "nothing", expected: "is required" });
const focused = () => document.activeElement?.id;

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
  const dialog = () => document.querySelector("[role=alertdialog]");

  beforeEach(async () => {
    save.mockReset();
    save.mockRejectedValueOnce(conflict).mockResolvedValue({ id: "wf", message: "stored" });
    await drawn(<WorkflowForm root={WORKFLOW} start={MINE} target={{ id: "wf", save, latest: async () => THEIRS }} />, language);
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
  });

  it("theirs is loaded, and saved with what is changed then", async () => {
    await click(t("conflict.reload"));
    await until(() => dialog() === null);
    expect(nameField().value).toBe("theirs");
    await click(t("app.save"));
    await until(() => save.mock.calls.length === 2);
    expect(save.mock.calls[1]![0]).toEqual(THEIRS);
  });

  it("mine is kept: it is saved over theirs", async () => {
    await click(t("conflict.keep"));
    await until(() => save.mock.calls.length === 2);
    expect(save.mock.calls[1]![0]).toEqual(MINE);
    await pause(50);
    expect(dialog()).toBeNull();
  });
});
