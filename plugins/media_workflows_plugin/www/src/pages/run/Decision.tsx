// Why a step ran or was skipped.
import { Box, Code, Text } from "@chakra-ui/react";

import type { ActionReport, JobReport } from "../../api/runs";
import { namedValues } from "../../definition/conditionValues";
import { t } from "../../i18n";

type Decided = Pick<JobReport | ActionReport, "state" | "decision">;

function reasonOf({ state, decision }: Decided, isCancelled: boolean): string {
  if (!decision) return state === "skipped" && !isCancelled ? t("run.skipped_before") : "";
  if (decision.skipped === "no_input") return t("run.skipped_no_input", { id: decision.input ?? "" });
  if (decision.skipped === "rejected") return decision.rejected_by ? t("run.skipped_rejected_by", { id: decision.rejected ?? "", name: decision.rejected_by }) : t("run.skipped_rejected", { id: decision.rejected ?? "" });
  if (!decision.condition) return "";
  return t(decision.skipped ? "run.skipped_condition" : "run.ran_condition", { condition: decision.condition });
}

export function Decision({ step, isCancelled }: { step: Decided; isCancelled: boolean }) {
  const reason = reasonOf(step, isCancelled);
  const values = namedValues(step.decision?.values ?? {});
  if (!reason) return null;
  return (
    <Box mt={1} fontSize="sm" overflowWrap="anywhere">
      <Text>{reason}</Text>
      {values && <Code size="sm">{values}</Code>}
    </Box>
  );
}
