// The range of rows that is shown, and buttons for the previous and next ones.
import { Button, Flex, Text } from "@chakra-ui/react";

import { t } from "../i18n";

interface Props {
  label: string;
  offset: number;
  limit: number;
  total: number;
  go: (offset: number) => void;
}

export function Pager({ label, offset, limit, total, go }: Props) {
  if (total <= limit && offset === 0) return null;
  return (
    <Flex as="nav" aria-label={t("page.of", { what: label })} gap={3} align="center" mt={3}>
      <Button size="sm" variant="outline" disabled={offset === 0} onClick={() => go(Math.max(0, offset - limit))}>
        {t("page.previous")}
      </Button>
      <Text fontSize="sm">{t("page.range", { from: total ? offset + 1 : 0, to: Math.min(offset + limit, total), total })}</Text>
      <Button size="sm" variant="outline" disabled={offset + limit >= total} onClick={() => go(offset + limit)}>
        {t("page.next")}
      </Button>
    </Flex>
  );
}
