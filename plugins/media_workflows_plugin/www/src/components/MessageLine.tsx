// The latest message, read out by screen readers as it comes.
import { Alert, Box, CloseButton } from "@chakra-ui/react";

import { clearMessage, useMessage } from "../hooks/messages";
import { t } from "../i18n";

export function MessageLine() {
  const message = useMessage();
  return (
    <Box role={message?.status === "error" ? "alert" : "status"} aria-live="polite" position="sticky" top={0} zIndex={2}>
      {message && (
        <Alert.Root status={message.status} variant="surface" mb={3} alignItems="center">
          <Alert.Indicator />
          <Alert.Title flex={1} whiteSpace="pre-line" overflowWrap="anywhere">
            {message.text}
          </Alert.Title>
          <CloseButton size="xs" onClick={clearMessage} aria-label={t("app.close")} />
        </Alert.Root>
      )}
    </Box>
  );
}
