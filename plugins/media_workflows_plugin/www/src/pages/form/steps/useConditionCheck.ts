// A condition that reads the source only, checked by the server as it is typed. Others are checked with the definition.
import { useQuery } from "@tanstack/react-query";

import { ApiError, type Problem } from "../../../api/client";
import { tryCondition } from "../../../api/conditions";
import { readsOnlySource } from "../../../definition/conditionNames";
import { useDebounced } from "../../../hooks/useDebounced";

interface Check {
  isValid: boolean;
  problem?: Problem;
}

export function useConditionCheck(text: string): Check {
  const settled = useDebounced(text);
  const enabled = settled !== "" && readsOnlySource(settled);
  const query = useQuery({ queryKey: ["condition", settled], queryFn: () => tryCondition(settled), enabled, staleTime: Infinity, gcTime: 60_000 });
  if (!enabled || settled !== text) return { isValid: false };
  return { isValid: query.isSuccess, problem: query.error instanceof ApiError ? query.error.problems[0] : undefined };
}
