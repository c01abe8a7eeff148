// The error, in place of the content that could not be loaded.
import { Alert } from "@chakra-ui/react";

import { errorText } from "../i18n/errors";

export function ErrorNote({ error }: { error: Error | null | undefined }) {
  if (!error) return null;
  return (
    <Alert.Root status="error" variant="surface" role="alert" mb={3}>
      <Alert.Indicator />
      <Alert.Title whiteSpace="pre-line" overflowWrap="anywhere">
        {errorText(error)}
      </Alert.Title>
    </Alert.Root>
  );
}
