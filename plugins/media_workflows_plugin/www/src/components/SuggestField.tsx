// A text field with suggestions.
import { Input } from "@chakra-ui/react";
import { useId } from "react";

import { useField } from "../definition/FormContext";
import { FieldFrame } from "./fields/FieldFrame";

interface Props {
  path: string;
  label: string;
  hint?: string;
  suggestions: string[];
  required?: boolean;
  placeholder?: string;
}

export function SuggestField({ path, label, hint, suggestions, required, placeholder }: Props) {
  const list = useId();
  const { value, set, problem } = useField(path);
  return (
    <FieldFrame path={path} label={label} hint={hint} problem={problem} required={required}>
      <Input size="sm" list={list} autoComplete="off" value={typeof value === "string" ? value : ""} placeholder={placeholder} onChange={(event) => set(event.target.value === "" && !required ? undefined : event.target.value)} />
      <datalist id={list}>
        {suggestions.map((suggestion) => (
          <option key={suggestion} value={suggestion} />
        ))}
      </datalist>
    </FieldFrame>
  );
}
