// The rows of the library of persons. Users without permission get no buttons.
import { Text } from "@chakra-ui/react";

import type { Person } from "../../api/persons";
import { type Column, DataTable } from "../../components/DataTable";
import { RowActions } from "../../components/RowActions";
import { TagList } from "../../components/TagList";
import { usageLabel } from "../../definition/usages";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";
import { NONE } from "../../i18n/format";
import type { Doing } from "./PersonsPage";

interface Props {
  items: Person[];
  pickTag: (tag: string) => void;
  start: (doing: Doing) => void;
}

export function PersonTable({ items, pickTag, start }: Props) {
  const { can_edit, can_delete } = useMe();
  const actions: Column<Person> = {
    key: "actions",
    label: t("list.actions"),
    cell: ({ id, name }) => (
      <RowActions
        name={name}
        actions={[
          can_edit && { label: t("action.edit"), act: () => start({ what: "edit", id }) },
          can_edit && { label: t("persons.faces"), act: () => start({ what: "faces", id }) },
          can_delete && { label: t("action.delete"), act: () => start({ what: "delete", id }), danger: true },
        ]}
      />
    ),
  };
  const columns: Column<Person>[] = [
    { key: "name", label: t("field.name"), cell: (item) => <Text fontWeight="semibold">{item.name}</Text> },
    { key: "description", label: t("field.description"), cell: (item) => <Text maxW="28rem" lineClamp={3} title={item.description}>{item.description || NONE}</Text> },
    { key: "usages", label: t("field.usages"), cell: (item) => <TagList tags={item.usages.map(usageLabel)} /> },
    { key: "tags", label: t("field.tags"), cell: (item) => <TagList tags={item.tags} pick={pickTag} /> },
    { key: "faces", label: t("field.faces"), align: "end", cell: (item) => <Text>{item.faces.length}</Text> },
    ...(can_edit || can_delete ? [actions] : []),
  ];
  return <DataTable label={t("persons.title")} columns={columns} rows={items} rowKey={(item) => String(item.id)} />;
}
