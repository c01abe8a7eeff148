// What the server finds wrong with the form, asked as it changes; null = not known yet. Only fields that were touched
// show it before saving.
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import type { Problem } from "../../api/client";
import { type Unavailable, validate } from "../../api/definition";
import type { Json, JsonObject } from "../../api/types";
import { isWithin } from "../../definition/path";
import { useDebounced } from "../../hooks/useDebounced";
import { t } from "../../i18n";
import { errorText } from "../../i18n/errors";

interface Validation {
  problems: Problem[] | null;
  unavailable: Unavailable[];
  error: Error | null; // the form was not checked
}

export function useValidation(value: Json, ask = validate): Validation {
  const settled = useDebounced(value) as JsonObject;
  const query = useQuery({ queryKey: ["validate", settled], queryFn: () => ask(settled), placeholderData: keepPreviousData, gcTime: 0 });
  const error = query.error && new Error(t("form.not_checked", { error: errorText(query.error) }));
  return { problems: query.data?.problems ?? null, unavailable: query.data?.unavailable ?? [], error };
}

export function shownProblems(problems: Problem[], touched: ReadonlySet<string>, all: boolean): Problem[] {
  return all ? problems : problems.filter((problem) => [...touched].some((path) => isWithin(problem.field, path) || problem.field === path));
}

// What a form shows: what its check has found, and what the last save was refused for. Until the form changes, the answer to
// the save holds, as the check may answer later.
export function withRefused(checked: Problem[], refused: Problem[]): Problem[] {
  return [...checked, ...refused.filter(({ field }) => !checked.some((problem) => problem.field === field))];
}

// What a refused save said and the form's own check does not find, such as a bucket that does not exist: it stands until
// its field, or one in it, is changed.
export function stillRefused(refused: Problem[], changed: string): Problem[] {
  return refused.filter(({ field }) => !isWithin(field, changed) && !isWithin(changed, field));
}
