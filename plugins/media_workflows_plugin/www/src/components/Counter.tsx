// A number with its meaning.
import { Box, Text } from "@chakra-ui/react";

export function Counter({ label, value, help }: { label: string; value: string; help?: string }) {
  return (
    <Box borderWidth={1} borderRadius="md" p={3}>
      <Text color="fg.muted">{label}</Text>
      <Text fontSize="2xl" fontWeight="semibold">
        {value}
      </Text>
      {help && (
        <Text fontSize="xs" color="fg.muted">
          {help}
        </Text>
      )}
    </Box>
  );
}
