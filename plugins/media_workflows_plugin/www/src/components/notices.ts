// The text of a notice: by its code and parameters, else the English message of the API.
import type { Model } from "../api/types";
import { type Key, t, textOf } from "../i18n";

export type Notice = Omit<Model<"Notice">, "code"> & { code: string }; // stored events may contain codes of another version

export function noticeText(notice: Notice): string {
  const sentence = `notice.${notice.code}`;
  if (!textOf(sentence, "")) return notice.message;
  const { type = "", codec = "", language = "", reason = "", container = "", cause = "" } = notice.parameters;
  const properties = [codec, language].filter(Boolean).join(", ");
  const why = textOf(`notice.reason.${type}_${reason}`, textOf(`notice.reason.${reason}`, ""));
  const text = t(sentence as Key, {
    ...notice.parameters,
    type: textOf(`notice.type.${type}`, String(type)),
    properties: properties && ` (${properties})`,
    details: cause && ` (${cause})`,
    reason: why.replace("{container}", String(container)),
  });
  return /\{\w+\}/.test(text) ? notice.message : text.trim(); // a stored notice of an earlier version lacks a parameter
}
