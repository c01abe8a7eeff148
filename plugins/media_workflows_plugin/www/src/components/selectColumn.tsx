// The column of a table in which rows are selected.
import { t } from "../i18n";
import { Check } from "./Check";
import type { Column } from "./DataTable";

interface Props<Row> {
  rows: Row[];
  keyOf: (row: Row) => string;
  nameOf: (row: Row) => string;
  selected: Set<string>;
  select: (keys: Set<string>) => void;
}

export function selectColumn<Row>({ rows, keyOf, nameOf, selected, select }: Props<Row>): Column<Row> {
  const all = rows.length > 0 && rows.every((row) => selected.has(keyOf(row)));
  const toggle = (key: string, on: boolean) => {
    const next = new Set(selected);
    on ? next.add(key) : next.delete(key);
    select(next);
  };
  return {
    key: "select",
    label: <Check label={t("list.select_all")} checked={all || (selected.size > 0 && "indeterminate")} change={(on) => select(new Set(on ? rows.map(keyOf) : []))} />,
    cell: (row) => <Check label={t("list.select", { name: nameOf(row) })} checked={selected.has(keyOf(row))} change={(on) => toggle(keyOf(row), on)} />,
  };
}
