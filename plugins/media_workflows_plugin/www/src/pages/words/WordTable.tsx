// The rows of the library of words. Users without permission get no buttons.
import { Text } from "@chakra-ui/react";

import type { Word } from "../../api/words";
import { type Column, DataTable } from "../../components/DataTable";
import { RowActions } from "../../components/RowActions";
import { selectColumn } from "../../components/selectColumn";
import { TagList } from "../../components/TagList";
import { usageLabel } from "../../definition/usages";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";
import { formatTime } from "../../i18n/format";

interface Props {
  items: Word[];
  selected: Set<string>;
  select: (keywords: Set<string>) => void;
  pickTag: (tag: string) => void;
  edit: (word: Word) => void;
  remove: (keyword: string) => void;
}

export function WordTable({ items, selected, select, pickTag, edit, remove }: Props) {
  const { can_edit, can_delete } = useMe();
  const nameOf = (item: Word) => item.keyword;
  const actions: Column<Word> = {
    key: "actions",
    label: t("list.actions"),
    cell: (item) => (
      <RowActions
        name={item.keyword}
        actions={[can_edit && { label: t("action.edit"), act: () => edit(item) }, can_delete && { label: t("action.delete"), act: () => remove(item.keyword), danger: true }]}
      />
    ),
  };
  const columns: Column<Word>[] = [
    ...(can_delete ? [selectColumn({ rows: items, keyOf: nameOf, nameOf, selected, select })] : []),
    { key: "keyword", label: t("words.keyword"), cell: (item) => <Text fontWeight="semibold">{item.keyword}</Text> },
    { key: "usages", label: t("field.usages"), cell: (item) => <TagList tags={item.usages.map(usageLabel)} /> },
    { key: "tags", label: t("field.tags"), cell: (item) => <TagList tags={item.tags} pick={pickTag} /> },
    { key: "updated", label: t("library.updated"), cell: (item) => <time dateTime={item.updated_at}>{formatTime(item.updated_at)}</time> },
    ...(can_edit || can_delete ? [actions] : []),
  ];
  return <DataTable label={t("words.title")} columns={columns} rows={items} rowKey={nameOf} />;
}
