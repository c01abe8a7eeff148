import { expect, test } from "vitest";

import { noticeText } from "../src/components/notices";

test("a notice is shown by its code and parameters, a stored one without them by its message", () => {
  const notice = { code: "ParameterAdjusted", message: "as stored", parameters: { parameter: "fps", value: 60 } };
  expect(noticeText(notice)).toBe("as stored");
  const whole = { ...notice, parameters: { ...notice.parameters, source_fps: "600" } };
  expect(noticeText(whole)).toContain("600 frames per second, the output 60");
});

test("a notice has what a command said, if one failed", () => {
  const parameters = { type: "split", reason: "failed" };
  const notice = { code: "NotSplit", message: "as stored", parameters };
  const sentence = "Not encoded in chunks: a part of it could not be encoded";
  expect(noticeText(notice)).toBe(sentence);
  expect(noticeText({ ...notice, parameters: { ...parameters, cause: "Conversion failed!" } })).toBe(`${sentence} (Conversion failed!)`);
});
