// Pages of a list in the order of keys: the next one follows a key. There is no total, as it would need a full listing.
import { Button, Flex } from "@chakra-ui/react";

import { t } from "../i18n";

interface Props {
  label: string;
  after: string[]; // the keys after which the pages until this one begin, without the first page
  next: string | null; // the key after which the next page begins
  go: (after: string[]) => void;
}

export function KeyPager({ label, after, next, go }: Props) {
  if (after.length === 0 && next === null) return null;
  return (
    <Flex as="nav" aria-label={t("page.of", { what: label })} gap={3} align="center" mt={3}>
      <Button size="sm" variant="outline" disabled={after.length === 0} onClick={() => go(after.slice(0, -1))}>
        {t("page.previous")}
      </Button>
      <Button size="sm" variant="outline" disabled={next === null} onClick={() => next !== null && go([...after, next])}>
        {t("page.next")}
      </Button>
    </Flex>
  );
}
