import { beforeEach, describe, expect, it } from "vitest";

import { ApiError } from "../src/api/client";
import { errorText, fieldProblemText, messageText } from "../src/i18n/errors";

const UNAVAILABLE = "{engine} is not available: {why}; {remedy}";
const BODY = {
  code: "FailedOperation",
  message: "clip is not available: no model; install it",
  template: UNAVAILABLE,
  parameters: { engine: "clip", why: "no {model}", remedy: "install it" },
};
const LIMIT = { field: "fps", got: "500", expected: "must be at most 120", template: "must be at most {le}", parameters: { le: "120" } };

beforeEach(() => localStorage.setItem("i18nextLng", "zh-CN"));

describe("an error", () => {
  it("is the Chinese text of its template, with its parameters", () => {
    expect(errorText(new ApiError(503, BODY))).toBe("clip 不可用：no {model}；install it");
  });

  it("is the message as it came in English, and where its template has no entry", () => {
    const unknown = { message: "the disk is full", template: "the {what} is full", parameters: { what: "disk" } };
    expect(errorText(new ApiError(500, unknown))).toBe("the disk is full");
    localStorage.setItem("i18nextLng", "en");
    expect(errorText(new ApiError(503, BODY))).toBe(BODY.message);
  });

  it("without parameters is its own template", () => {
    expect(messageText("the job was cancelled; start the run again to repeat it")).toBe("任务已取消；如需重新执行，请再次启动运行");
    expect(errorText(new Error("not of the API"))).toBe("not of the API");
  });

  it("has its parameters in Chinese, too, where they are messages", () => {
    const { template, parameters } = { template: "one picture of this source has {size} pixels: {problem}", parameters: { size: "9x9", problem: "must be valid YAML: x" } };
    expect(messageText("as it came", { template, parameters })).toBe("该源文件的单张小图为 9x9 像素：必须为有效的 YAML：x");
  });

  it("stored without its template is matched against the templates", () => {
    expect(messageText(BODY.message)).toBe("clip 不可用：no model；install it");
    expect(messageText("source.mp4: moov atom not found")).toBe("source.mp4: moov atom not found");
  });

  it("of a definition lists its problems", () => {
    const other = { field: "name", got: "''", expected: "as it came" };
    expect(errorText(new ApiError(422, { message: "2 problems", problems: [LIMIT, other] }))).toBe("有 2 个问题：\n- fps: 必须小于或等于 120\n- name: as it came");
  });

  it("that one field causes is its own text, and that of a list names each field", () => {
    const taken = { message: "must be at most 120", template: LIMIT.template, parameters: LIMIT.parameters, problems: [LIMIT] };
    expect(errorText(new ApiError(409, taken))).toBe("必须小于或等于 120");
    const list = { message: "as it came", template: "workflow {workflow_id} stays as it is, as every run would fail:\n{problems}\nIf only the workers have what is missing here, set require_available to false", parameters: { workflow_id: "wf_1", problems: "x" }, problems: [LIMIT] };
    expect(errorText(new ApiError(409, list))).toContain("wf_1 保持不变，因为每次运行都会失败：\n- fps: 必须小于或等于 120");
  });

  it("beside its field names the present value, if there is one", () => {
    expect(fieldProblemText(LIMIT)).toBe("必须小于或等于 120（当前值：500）");
    expect(fieldProblemText({ ...LIMIT, got: "nothing" })).toBe("必须小于或等于 120");
  });
});
