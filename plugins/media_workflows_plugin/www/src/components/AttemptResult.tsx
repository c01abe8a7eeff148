// The receiver's answer to a test event.
import { Alert, Code } from "@chakra-ui/react";

import type { Attempt } from "../api/definition";
import { t } from "../i18n";
import { messageText } from "../i18n/errors";
import { formatSeconds } from "../i18n/format";

export function AttemptResult({ attempt }: { attempt: Attempt }) {
  const ok = attempt.error === "";
  return (
    <Alert.Root status={ok ? "success" : "error"} variant="surface" role="status" mt={2}>
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title overflowWrap="anywhere">{ok ? t("attempt.ok", { status: attempt.status ?? "", time: formatSeconds(attempt.latency_s) }) : messageText(attempt.error)}</Alert.Title>
        {attempt.answer && (
          <Alert.Description>
            <Code whiteSpace="pre-wrap" overflowWrap="anywhere" maxH="8rem" overflowY="auto" display="block">
              {attempt.answer}
            </Code>
          </Alert.Description>
        )}
      </Alert.Content>
    </Alert.Root>
  );
}
