// A condition, tried on an object of the trigger bucket.
import { Box, Button, Field, Flex, Text } from "@chakra-ui/react";
import { useState } from "react";

import { tryCondition } from "../../../api/conditions";
import { ErrorNote } from "../../../components/ErrorNote";
import { useForm } from "../../../definition/FormContext";
import { valueAt } from "../../../definition/path";
import { useCheck } from "../../../hooks/useCheck";
import { t } from "../../../i18n";
import { ObjectKey } from "../ObjectKey";
import { outcomeText } from "./outcomeText";

export function ConditionTry({ expression, name }: { expression: string; name: string }) {
  const { value } = useForm();
  const [key, setKey] = useState("");
  const bucket = String(valueAt(value, "trigger.bucket") ?? "");
  const ask = useCheck({ expression, bucket, key }, (tried) => tryCondition(tried.expression, tried.bucket, tried.key));
  return (
    <Box>
      <Field.Root>
        <Field.Label>{t("condition.object")}</Field.Label>
        <Flex gap={2} w="100%" maxW="36rem">
          <ObjectKey value={key} change={setKey} />
          <Button size="sm" variant="outline" disabled={!key || !bucket} loading={ask.isPending} onClick={ask.run} aria-label={t("action.named", { action: t("condition.try"), name })}>
            {t("condition.try")}
          </Button>
        </Flex>
      </Field.Root>
      <Box role="status" mt={2}>
        <ErrorNote error={ask.error} />
        {ask.data && (
          <Text fontSize="sm" color={ask.data.error ? "red.fg" : ask.data.value ? "green.fg" : "orange.fg"} overflowWrap="anywhere">
            {outcomeText(ask.data)}
          </Text>
        )}
      </Box>
    </Box>
  );
}
