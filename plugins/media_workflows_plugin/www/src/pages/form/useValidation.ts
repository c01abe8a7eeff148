// What the server finds wrong with the form, asked as it changes; null = not known yet. Only fields that were touched
// show it before saving.
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import type { Problem } from "../../api/client";
import { validate } from "../../api/definition";
import type { Json, JsonObject } from "../../api/types";
import { isWithin } from "../../definition/path";
import { useDebounced } from "../../hooks/useDebounced";

export function useValidation(value: Json): Problem[] | null {
  const settled = useDebounced(value) as JsonObject;
  const query = useQuery({ queryKey: ["validate", settled], queryFn: () => validate(settled), placeholderData: keepPreviousData, gcTime: 0 });
  return query.data?.problems ?? null;
}

export function shownProblems(problems: Problem[], touched: ReadonlySet<string>, all: boolean): Problem[] {
  return all ? problems : problems.filter((problem) => [...touched].some((path) => isWithin(problem.field, path) || problem.field === path));
}
