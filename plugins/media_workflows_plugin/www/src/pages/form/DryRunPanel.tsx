// A dry run of the form's definition with one of its objects; nothing is written.
import { Box, Button, Field, Flex, Text } from "@chakra-ui/react";
import { useState } from "react";

import { type DryRun, dryRun } from "../../api/dryRun";
import type { JsonObject } from "../../api/types";
import { DryRunResult } from "../../components/DryRunResult";
import { ErrorNote } from "../../components/ErrorNote";
import { OutdatedNote } from "../../components/OutdatedNote";
import { useForm } from "../../definition/FormContext";
import { useCheck } from "../../hooks/useCheck";
import { useElapsed } from "../../hooks/useElapsed";
import { t } from "../../i18n";
import { formatSeconds } from "../../i18n/format";
import { ObjectKey } from "./ObjectKey";

interface Props {
  ask?: (definition: JsonObject, key: string) => Promise<DryRun>;
  withVerdict?: boolean;
}

export function DryRunPanel({ ask = dryRun, withVerdict }: Props) {
  const { value } = useForm();
  const [key, setKey] = useState("");
  const check = useCheck({ definition: value as JsonObject, key }, (tried) => ask(tried.definition, tried.key));
  const elapsed_s = useElapsed(check.isPending);
  return (
    <Box>
      <Field.Root>
        <Field.Label>{t("dry_run.object")}</Field.Label>
        <Flex gap={2} w="100%">
          <ObjectKey value={key} change={setKey} />
          <Button size="sm" variant="outline" disabled={!key} loading={check.isPending} onClick={check.run}>
            {t("dry_run.go")}
          </Button>
        </Flex>
        <Field.HelperText>{t("dry_run.hint")}</Field.HelperText>
      </Field.Root>
      {check.isPending && (
        <Text fontSize="sm" role="status">
          {t("dry_run.busy", { time: formatSeconds(elapsed_s) })}
        </Text>
      )}
      <OutdatedNote check={check} />
      <ErrorNote error={check.error} />
      {check.data && <DryRunResult result={check.data} withVerdict={withVerdict} />}
    </Box>
  );
}
