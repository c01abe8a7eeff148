// The template library, read once and cached for a minute.
import { queryOptions, useQuery } from "@tanstack/react-query";

import { queries } from "../api/queries";
import { listTemplates, type Template } from "../api/templates";

const ALL = queryOptions({ queryKey: ["templates", "all"], queryFn: listTemplates, staleTime: 60_000 });

export function useTemplates(kind?: string): Template[] {
  const all = useQuery(ALL).data?.items ?? [];
  return kind === undefined ? all : all.filter((template) => template.kind === kind);
}

// The first of a kind, waited for; undefined = it has none, or the library cannot be read.
export async function firstTemplate(kind: string): Promise<Template | undefined> {
  const all = await queries.ensureQueryData(ALL).catch(() => undefined);
  return all?.items.find((template) => template.kind === kind);
}
