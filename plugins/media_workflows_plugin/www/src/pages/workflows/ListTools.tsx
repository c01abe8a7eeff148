// Search and order of the list. What is typed is asked for once typing pauses.
import { Flex, Input, NativeSelect } from "@chakra-ui/react";
import { useEffect, useState } from "react";

import { t } from "../../i18n";

const PAUSE_MS = 250;

interface Props {
  search: string;
  order: "asc" | "desc";
  change: (values: Record<string, string>) => void;
}

export function ListTools({ search, order, change }: Props) {
  const [typed, setTyped] = useState(search);
  useEffect(() => {
    if (typed === search) return;
    const timer = setTimeout(() => change({ search: typed }), PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <Flex gap={2} mb={3} wrap="wrap" role="search">
      <Input type="search" size="sm" maxW="20rem" flex="1 1 12rem" value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={t("list.search")} aria-label={t("list.search")} />
      <NativeSelect.Root size="sm" width="auto">
        <NativeSelect.Field aria-label={t("list.order")} value={order} onChange={(event) => change({ order: event.target.value === "asc" ? "asc" : "" })}>
          <option value="desc">{t("list.newest")}</option>
          <option value="asc">{t("list.oldest")}</option>
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Flex>
  );
}
