// A list without rows, and what to begin with.
import { Flex, Text } from "@chakra-ui/react";

import { StarterButton } from "./StarterButton";

export function NothingYet({ text }: { text: string }) {
  return (
    <Flex align="center" gap={3} wrap="wrap" py={2}>
      <Text color="fg.muted">{text}</Text>
      <StarterButton />
    </Flex>
  );
}
