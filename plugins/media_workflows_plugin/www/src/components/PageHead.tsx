// A page's heading and its actions.
import { Flex, Heading, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { useTitle } from "../hooks/useTitle";

export function PageHead({ title, hint, children }: { title: string; hint?: ReactNode; children?: ReactNode }) {
  const heading = useTitle(title);
  return (
    <Flex justify="space-between" align="start" gap={3} wrap="wrap" mb={4}>
      <div>
        <Heading as="h1" size="xl" ref={heading} tabIndex={-1} outline="none" overflowWrap="anywhere" dir="auto">
          {title}
        </Heading>
        {hint && (
          <Text as="div" color="fg.muted">
            {hint}
          </Text>
        )}
      </div>
      <Flex gap={2} wrap="wrap" align="center">
        {children}
      </Flex>
    </Flex>
  );
}
