// Search, filters and order of the list.
import { Flex, NativeSelect } from "@chakra-ui/react";

import { Choice } from "../../components/Choice";
import { SearchField } from "../../components/SearchField";
import type { useListParams } from "../../hooks/useListParams";
import { t } from "../../i18n";

export function ListTools({ params: { value, type, pick }, buckets }: { params: ReturnType<typeof useListParams>; buckets: string[] }) {
  const bucket = value("bucket");
  const offered = bucket && !buckets.includes(bucket) ? [bucket, ...buckets] : buckets;
  return (
    <Flex gap={2} mb={3} wrap="wrap" role="search">
      <SearchField label={t("list.search")} value={value("search")} change={(search) => type({ search })} />
      <Choice label={t("list.enabled")} value={value("enabled")} options={[["true", t("list.only_enabled")], ["false", t("list.only_disabled")]]} all={t("list.any_switch")} pick={(enabled) => pick({ enabled })} />
      <Choice label={t("list.failures")} value={value("failing")} options={[["true", t("list.only_failing")]]} all={t("list.any_outcome")} pick={(failing) => pick({ failing })} />
      <Choice label={t("list.bucket")} value={bucket} options={offered.map((name) => [name, name])} all={t("list.any_bucket")} pick={(bucket) => pick({ bucket })} />
      <NativeSelect.Root size="sm" width="auto">
        <NativeSelect.Field aria-label={t("list.order")} value={value("order") || "desc"} onChange={(event) => pick({ order: event.target.value === "asc" ? "asc" : "" })}>
          <option value="desc">{t("list.newest")}</option>
          <option value="asc">{t("list.oldest")}</option>
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Flex>
  );
}
