// The template library, read once and kept for a minute.
import { useQuery } from "@tanstack/react-query";

import { listTemplates, type Template } from "../api/templates";

const FRESH_MS = 60_000;

export function useTemplates(kind?: string): Template[] {
  const all = useQuery({ queryKey: ["templates", "all"], queryFn: () => listTemplates(), staleTime: FRESH_MS }).data?.items ?? [];
  return kind === undefined ? all : all.filter((template) => template.kind === kind);
}
