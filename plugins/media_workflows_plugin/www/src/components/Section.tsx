// A part of a page with its heading.
import { Box, Flex, Heading, Text } from "@chakra-ui/react";
import { type ReactNode, useId } from "react";

interface Props {
  title: string;
  hint?: string;
  tools?: ReactNode;
  children: ReactNode;
}

export function Section({ title, hint, tools, children }: Props) {
  const id = useId();
  return (
    <Box as="section" aria-labelledby={id} borderWidth={1} borderRadius="md" p={{ base: 3, md: 4 }} mb={4}>
      <Flex justify="space-between" gap={2} wrap="wrap" mb={3}>
        <Box>
          <Heading as="h2" size="md" id={id}>
            {title}
          </Heading>
          {hint && (
            <Text fontSize="sm" color="fg.muted">
              {hint}
            </Text>
          )}
        </Box>
        {tools}
      </Flex>
      {children}
    </Box>
  );
}
