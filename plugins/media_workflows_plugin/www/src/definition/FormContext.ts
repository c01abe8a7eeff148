// The state shared by all fields of a form: the edited value, its setter, and the problems.
import { createContext, useContext } from "react";

import type { Problem } from "../api/client";
import type { Unavailable } from "../api/definition";
import type { Json } from "../api/types";
import { isWithin, valueAt } from "./path";
import type { Schema } from "./schema";

export interface Form {
  value: Json;
  root: Schema;
  id?: string; // of a form in a dialog
  workflow?: string; // the id of the stored one that is edited
  problems: Problem[];
  unavailable?: Unavailable[]; // what items require and is not installed
  set: (path: string, value: Json | undefined) => void;
}

export const FormContext = createContext<Form | null>(null);

export function useForm(): Form {
  const form = useContext(FormContext);
  if (!form) throw new Error("a field stands outside of a form");
  return form;
}

// The first problem of a field, or of a part of it, for what shows all of its parts as one.
export const useProblemWithin = (path: string) => useForm().problems.find(({ field }) => isWithin(field, path));

export function useField(path: string) {
  const { value, set, problems } = useForm();
  return {
    value: valueAt(value, path),
    set: (next: Json | undefined) => set(path, next),
    problem: problems.find((problem) => problem.field === path),
  };
}
