// The template library, read once and cached for a minute.
import { queryOptions, useQuery } from "@tanstack/react-query";

import { queries } from "../api/queries";
import { listTemplates, type Template } from "../api/templates";
import { firstOf } from "../definition/templateGroups";

const ALL = queryOptions({ queryKey: ["templates", "all"], queryFn: listTemplates, staleTime: 60_000 });

export const useLibrary = () => useQuery(ALL);

export function useTemplates(kind?: string): Template[] {
  const all = useLibrary().data?.items ?? [];
  return kind === undefined ? all : all.filter((template) => template.kind === kind);
}

// Whether the kind is known to have no template; false while the library is being read.
export function useHasNoTemplate(kind: string): boolean {
  const all = useLibrary().data?.items;
  return all !== undefined && !all.some((template) => template.kind === kind);
}

// What a new item of a kind begins with, waited for; undefined = there is none, or the library cannot be read.
export async function firstTemplate(kind: string): Promise<Template | undefined> {
  const all = await queries.ensureQueryData(ALL).catch(() => undefined);
  return firstOf(all?.items.filter((template) => template.kind === kind) ?? []);
}
