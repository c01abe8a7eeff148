// Why an item failed: each of its sub-tasks that failed, or the item's own message.
import type { JobReport } from "../../api/runs";
import { subTaskLabel } from "../../definition/labels";
import { messageText } from "../../i18n/errors";

type Item = Pick<JobReport["items"][number], "message" | "sub_tasks">;

export function itemErrorText({ message = "", sub_tasks = [] }: Item): string {
  const failed = sub_tasks.filter((one) => one.status === "FAIL");
  if (failed.length === 0) return messageText(message);
  return failed.map((one) => `${subTaskLabel(one.type)}: ${messageText(one.message)}`).join("\n");
}
