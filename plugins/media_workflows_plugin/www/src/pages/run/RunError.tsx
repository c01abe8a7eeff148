// An error: its code, its message and what to do.
import { Alert } from "@chakra-ui/react";

import { textOf } from "../../i18n";
import { messageText } from "../../i18n/errors";

export function RunError({ code = "", message = "" }: { code?: string; message?: string }) {
  const advice = textOf(`advice.${code}`, textOf(`advice.${code.split(".")[0]}`, ""));
  return (
    <Alert.Root status="error" variant="surface" size="sm" my={2}>
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title overflowWrap="anywhere" whiteSpace="pre-line">
          {[code, messageText(message)].filter(Boolean).join(": ")}
        </Alert.Title>
        {advice && <Alert.Description>→ {advice}</Alert.Description>}
      </Alert.Content>
    </Alert.Root>
  );
}
