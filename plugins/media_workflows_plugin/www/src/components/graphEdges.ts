// The edges of a small graph that are worth a line, and where these lines run.
type Edge = [string, string];

// Without the edges that a longer way says already: what is after a step is also after those before it.
export function reducedEdges(edges: Edge[]): Edge[] {
  const after = new Map<string, string[]>();
  for (const [from, to] of edges) after.set(from, [...(after.get(from) ?? []), to]);
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    (after.get(from) ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
  return edges.filter(([from, to]) => !(after.get(from) ?? []).some((next) => next !== to && reaches(next, to, new Set([from]))));
}

export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

// From the lower side of one node to the upper side of another.
export function linePath(from: Rect, to: Rect): string {
  const [x1, y1] = [from.left + from.width / 2, from.top + from.height];
  const [x2, y2] = [to.left + to.width / 2, to.top];
  const bend = Math.max(8, (y2 - y1) / 2);
  return `M ${x1} ${y1} C ${x1} ${y1 + bend}, ${x2} ${y2 - bend}, ${x2} ${y2}`;
}
