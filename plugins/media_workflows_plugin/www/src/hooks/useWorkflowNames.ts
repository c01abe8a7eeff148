// The names of workflows by id. A deleted workflow has no name any more; its id stands for it.
import { useQueries } from "@tanstack/react-query";

import { getWorkflow } from "../api/workflows";

const FRESH_MS = 60_000;

export function useWorkflowNames(ids: string[]): Map<string, string> {
  const unique = [...new Set(ids)];
  const found = useQueries({ queries: unique.map((id) => ({ queryKey: ["workflows", "one", id], queryFn: () => getWorkflow(id), staleTime: FRESH_MS })) });
  return new Map(unique.map((id, at) => [id, found[at]?.data?.definition.name ?? id]));
}
