// Places the nodes of a graph in columns, by the longest way to them. A long edge has a place of its own in each column
// it crosses, so that it does not run behind nodes; within a column, nodes stand near those they are connected with.
import type { CanvasEdge } from "./types";

type Edges = Pick<CanvasEdge, "from" | "to">[];

const SWEEPS = 8;

// Edges within a cycle, or from unknown nodes, have no part in the order.
export function columnsOf(ids: string[], edges: Edges): Map<string, number> {
  const column = new Map(ids.map((id) => [id, 0]));
  const known = edges.filter(({ from, to }) => column.has(from) && column.has(to) && from !== to);
  for (let round = 0; round < ids.length; round++)
    for (const { from, to } of known) {
      const next = column.get(from)! + 1;
      if (next < ids.length) column.set(to, Math.max(column.get(to)!, next));
    }
  return column;
}

interface Slot {
  key: string;
  before: string[];
  after: string[];
}

export interface Place {
  column: number;
  row: number;
}

// The key of an edge's own place in a column that it crosses; a node's is its id.
export const bendKey = (from: string, to: string, column: number) => `${from} ${to} ${column}`;

function slotsOf(ids: string[], edges: Edges): Slot[][] {
  const column = columnsOf(ids, edges);
  const count = Math.max(0, ...column.values()) + 1;
  const columns: Slot[][] = Array.from({ length: count }, () => []);
  const slots = new Map<string, Slot>();
  const add = (at: number, key: string) => {
    const slot: Slot = { key, before: [], after: [] };
    slots.set(key, slot);
    columns[at]!.push(slot);
  };
  const join = (from: string, to: string) => {
    slots.get(from)!.after.push(to);
    slots.get(to)!.before.push(from);
  };
  for (const id of ids) add(column.get(id)!, id);
  for (const { from, to } of edges) {
    const [start, end] = [column.get(from), column.get(to)];
    if (start === undefined || end === undefined || start >= end) continue;
    let last = from;
    for (let at = start + 1; at < end; at++) {
      const key = bendKey(from, to, at);
      add(at, key);
      join(last, key);
      last = key;
    }
    join(last, to);
  }
  return columns;
}

// Sorts a column by the mean row of what each slot is connected with on one side; what has nothing there stays.
function sortBy(column: Slot[], neighbours: (slot: Slot) => string[], row: Map<string, number>): void {
  const mean = (slot: Slot) => {
    const rows = neighbours(slot).map((key) => row.get(key)!);
    return rows.length > 0 ? rows.reduce((sum, one) => sum + one, 0) / rows.length : row.get(slot.key)!;
  };
  const wanted = new Map(column.map((slot) => [slot.key, mean(slot)]));
  column.sort((a, b) => wanted.get(a.key)! - wanted.get(b.key)!);
  setRows(column, row);
}

// Rows in the order of the column, centred around 0.
function setRows(column: Slot[], row: Map<string, number>): void {
  for (const [at, { key }] of column.entries()) row.set(key, at - (column.length - 1) / 2);
}

// The place of each node, and of each edge in the columns that it crosses.
export function placesOf(ids: string[], edges: Edges): Map<string, Place> {
  const columns = slotsOf(ids, edges);
  const row = new Map<string, number>();
  for (const column of columns) setRows(column, row);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const column of columns) sortBy(column, (slot) => slot.before, row);
    for (const column of columns.toReversed()) sortBy(column, (slot) => slot.after, row);
  }
  for (const column of columns) sortBy(column, (slot) => slot.before, row);
  return new Map(columns.flatMap((column, at) => column.map(({ key }) => [key, { column: at, row: row.get(key)! }] as const)));
}
