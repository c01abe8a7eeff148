// A number with its meaning, and a link to what it counts.
import { Box, Text } from "@chakra-ui/react";

import { TextLink } from "./TextLink";

export function Counter({ label, value, help, to }: { label: string; value: string; help?: string; to?: string }) {
  return (
    <Box borderWidth={1} borderRadius="md" p={3}>
      <Text color="fg.muted">{label}</Text>
      <Text fontSize="2xl" fontWeight="semibold">
        {to ? (
          <TextLink to={to} aria-label={`${label}: ${value}`}>
            {value}
          </TextLink>
        ) : (
          value
        )}
      </Text>
      {help && (
        <Text fontSize="xs" color="fg.muted">
          {help}
        </Text>
      )}
    </Box>
  );
}
