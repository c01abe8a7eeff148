// A dry run of the form's definition with an object of the trigger bucket; nothing is written.
import { Box, Button, Field, Flex, Text } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { dryRun } from "../../api/dryRun";
import type { JsonObject } from "../../api/types";
import { DryRunResult } from "../../components/DryRunResult";
import { ErrorNote } from "../../components/ErrorNote";
import { useForm } from "../../definition/FormContext";
import { useElapsed } from "../../hooks/useElapsed";
import { t } from "../../i18n";
import { formatSeconds } from "../../i18n/format";
import { ObjectKey } from "./ObjectKey";

export function DryRunPanel() {
  const { value } = useForm();
  const [key, setKey] = useState("");
  const run = useMutation({ mutationFn: () => dryRun(value as JsonObject, key) });
  const elapsed_s = useElapsed(run.isPending);
  return (
    <Box>
      <Field.Root>
        <Field.Label>{t("dry_run.object")}</Field.Label>
        <Flex gap={2} w="100%">
          <ObjectKey value={key} change={setKey} />
          <Button size="sm" variant="outline" disabled={!key} loading={run.isPending} onClick={() => run.mutate()}>
            {t("dry_run.go")}
          </Button>
        </Flex>
        <Field.HelperText>{t("dry_run.hint")}</Field.HelperText>
      </Field.Root>
      {run.isPending && (
        <Text fontSize="sm" role="status">
          {t("dry_run.busy", { time: formatSeconds(elapsed_s) })}
        </Text>
      )}
      <ErrorNote error={run.error} />
      {run.data && <DryRunResult result={run.data} />}
    </Box>
  );
}
