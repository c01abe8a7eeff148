// Why a step ran or was skipped.
import { Box, Code, Text } from "@chakra-ui/react";

import type { JobReport } from "../../api/runs";
import { namedValues } from "../../definition/conditionValues";
import { t } from "../../i18n";

function reasonOf({ state, decision }: JobReport, isCancelled: boolean): string {
  if (!decision) return state === "skipped" && !isCancelled ? t("run.skipped_before") : "";
  if (decision.skipped === "no_input") return t("run.skipped_no_input", { id: decision.input ?? "" });
  if (!decision.condition) return "";
  return t(decision.skipped ? "run.skipped_condition" : "run.ran_condition", { condition: decision.condition });
}

export function Decision({ job, isCancelled }: { job: JobReport; isCancelled: boolean }) {
  const reason = reasonOf(job, isCancelled);
  const values = namedValues(job.decision?.values ?? {});
  if (!reason) return null;
  return (
    <Box mt={1} fontSize="sm" overflowWrap="anywhere">
      <Text>{reason}</Text>
      {values && <Code size="sm">{values}</Code>}
    </Box>
  );
}
