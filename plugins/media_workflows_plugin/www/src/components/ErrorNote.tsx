// Something that could not be read, where it would have stood.
import { Alert } from "@chakra-ui/react";

export function ErrorNote({ error }: { error: Error | null | undefined }) {
  if (!error) return null;
  return (
    <Alert.Root status="error" variant="surface" role="alert" mb={3}>
      <Alert.Indicator />
      <Alert.Title whiteSpace="pre-line" overflowWrap="anywhere">
        {error.message}
      </Alert.Title>
    </Alert.Root>
  );
}
