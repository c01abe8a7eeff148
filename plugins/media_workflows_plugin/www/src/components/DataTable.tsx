// A table that becomes a list of cards on a narrow screen. The roles are spelled out: `display` takes them away.
import { Box, Table } from "@chakra-ui/react";
import type { ReactNode } from "react";

export interface Column<Row> {
  key: string;
  label: ReactNode;
  name?: string; // of the column in words when `label` is a control
  cell: (row: Row) => ReactNode;
  align?: "end";
}

const LOOK = {
  "& code": { display: "inline", whiteSpace: "normal", overflowWrap: "anywhere" },
  "@media (max-width: 60rem)": {
    "& thead": { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)" },
    "&, & tbody, & tr, & td": { display: "block", textAlign: "start" },
    "& tr": { borderWidth: "1px", borderRadius: "md", padding: 2, marginBottom: 3 },
    "& td": { display: "grid", gridTemplateColumns: "7rem minmax(0, 1fr)", gap: 2, border: 0, paddingY: 1 },
    "& td[data-label='']": { display: "block" },
    "& td > *": { justifySelf: "start", maxWidth: "100%" },
    "& td::before": { content: "attr(data-label)", color: "fg.muted" },
  },
};

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
}

export function DataTable<Row>({ label, columns, rows, rowKey }: Props<Row>) {
  const nameOf = (column: Column<Row>) => column.name ?? (typeof column.label === "string" ? column.label : "");
  return (
    <Box overflowX="auto">
      <Table.Root size="sm" role="table" aria-label={label} css={LOOK} variant="line">
        <Table.Header role="rowgroup">
          <Table.Row role="row">
            {columns.map((column) => (
              <Table.ColumnHeader key={column.key} role="columnheader" textAlign={column.align} whiteSpace="nowrap">
                {column.label}
              </Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body role="rowgroup">
          {rows.map((row) => (
            <Table.Row key={rowKey(row)} role="row">
              {columns.map((column) => (
                <Table.Cell key={column.key} role="cell" data-label={nameOf(column)} textAlign={column.align} overflowWrap="anywhere">
                  {column.cell(row)}
                </Table.Cell>
              ))}
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Box>
  );
}
