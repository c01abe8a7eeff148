// What a run or a step waits for, in words.
import type { Waiting } from "../../api/runs";
import { questionLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatNumber } from "../../i18n/format";

export function waitingText({ reason, place, ahead, is_more, encodes, question }: Waiting): string {
  if (reason === "approval") return t("waiting.approval", { question: messageText(question ?? "") || questionLabel(place ?? "") });
  const count = formatNumber(ahead) + (is_more ? "+" : "");
  if (reason === "runs") return t("waiting.runs", { count });
  if (ahead === 0) return t(`waiting.first_${reason}`, { place: place ?? "" });
  const others = t(encodes ? "waiting.encodes" : "waiting.tasks", { count });
  return t(`waiting.${reason}`, { others, place: place ?? "" });
}
