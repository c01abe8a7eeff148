// What can be done with the selected words.
import { Button, Flex, Text } from "@chakra-ui/react";

import { t } from "../../i18n";

export function SelectedWords({ count, remove }: { count: number; remove: () => void }) {
  if (count === 0) return null;
  return (
    <Flex gap={2} mb={3} p={2} wrap="wrap" align="center" bg="bg.muted" borderRadius="md" role="group" aria-label={t("bulk.selected", { count })}>
      <Text fontSize="sm" me={2}>
        {t("bulk.selected", { count })}
      </Text>
      <Button size="xs" variant="outline" colorPalette="red" onClick={remove}>
        {t("bulk.delete")}
      </Button>
    </Flex>
  );
}
