// Search and order of the list.
import { Flex, NativeSelect } from "@chakra-ui/react";

import { SearchField } from "../../components/SearchField";
import { t } from "../../i18n";

interface Props {
  search: string;
  order: "asc" | "desc";
  change: (values: Record<string, string>) => void;
}

export function ListTools({ search, order, change }: Props) {
  return (
    <Flex gap={2} mb={3} wrap="wrap" role="search">
      <SearchField label={t("list.search")} value={search} change={(text) => change({ search: text })} />
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
