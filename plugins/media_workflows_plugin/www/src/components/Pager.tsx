// The range of rows that is shown, buttons for the previous and next ones, and how many a page has.
import { Button, Flex, NativeSelect, Text } from "@chakra-ui/react";

import { PAGE_SIZES } from "../hooks/useListParams";
import { t } from "../i18n";

interface Props {
  label: string;
  offset: number;
  limit: number;
  total: number;
  isExact?: boolean; // false: there are more than `total`
  go: (offset: number) => void;
  resize?: (limit: number) => void;
}

export function Pager({ label, offset, limit, total, isExact = true, go, resize }: Props) {
  const smallest = resize ? PAGE_SIZES[0]! : limit;
  if (total <= smallest && offset === 0) return null;
  return (
    <Flex as="nav" aria-label={t("page.of", { what: label })} gap={3} align="center" wrap="wrap" mt={3}>
      <Button size="sm" variant="outline" disabled={offset === 0} onClick={() => go(Math.max(0, offset - limit))}>
        {t("page.previous")}
      </Button>
      <Text fontSize="sm">{t(isExact ? "page.range" : "page.range_more", { from: total ? offset + 1 : 0, to: isExact ? Math.min(offset + limit, total) : offset + limit, total })}</Text>
      <Button size="sm" variant="outline" disabled={isExact && offset + limit >= total} onClick={() => go(offset + limit)}>
        {t("page.next")}
      </Button>
      {resize && (
        <NativeSelect.Root size="sm" width="auto">
          <NativeSelect.Field aria-label={t("page.size")} value={limit} onChange={(event) => resize(Number(event.target.value))}>
            {PAGE_SIZES.map((size) => (
              <option key={size} value={size}>
                {t("page.rows", { count: size })}
              </option>
            ))}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      )}
    </Flex>
  );
}
