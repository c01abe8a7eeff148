// Why a run failed, in words.
import type { RunRow } from "../../api/runs";
import { t, textOf } from "../../i18n";
import { messageText } from "../../i18n/errors";

// In the place of an error code, of runs that wait for a person.
export const WAITS_FOR_APPROVAL = "WaitsForApproval";

// Error codes are those of events, and stay as they are.
export const causeLabel = (code: string) => textOf(`cause.${code}`, code);

// Such a failure lies in the file itself, which a retry reads again as it is.
export const isOfSource = (code: string | undefined) => code?.split(".")[0] === "SourceFileError";

export function outcomeOf(run: Pick<RunRow, "cause" | "outputs">): string {
  if (run.cause) return `${causeLabel(run.cause.code)}: ${messageText(run.cause.message)}`;
  return run.outputs ? t("runs.outputs", { count: run.outputs }) : "";
}
