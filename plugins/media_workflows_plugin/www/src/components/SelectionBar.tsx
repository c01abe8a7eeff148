// The actions of the selected rows; hidden without a selection.
import { Flex, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { t } from "../i18n";

export function SelectionBar({ count, children }: { count: number; children: ReactNode }) {
  if (count === 0) return null;
  return (
    <Flex gap={2} mb={3} p={2} wrap="wrap" align="center" bg="bg.muted" borderRadius="md" role="group" aria-label={t("bulk.selected", { count })}>
      <Text fontSize="sm" me={2}>
        {t("bulk.selected", { count })}
      </Text>
      {children}
    </Flex>
  );
}
