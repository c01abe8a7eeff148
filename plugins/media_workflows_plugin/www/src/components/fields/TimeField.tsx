// A moment in the reader's time zone; the value is ISO 8601 in UTC.
import { Input } from "@chakra-ui/react";

import { useField } from "../../definition/FormContext";
import { fieldHint, fieldLabel } from "../../definition/labels";
import { FieldFrame } from "./FieldFrame";
import type { FieldProps } from "./types";

export function TimeField({ path, name, schema, required }: FieldProps) {
  const { set, problem } = useField(path);
  const change = (text: string) => set(text === "" ? undefined : new Date(text).toISOString());
  return (
    <FieldFrame path={path} label={fieldLabel(name)} hint={fieldHint(name, schema)} problem={problem} required={required}>
      <Input size="sm" type="datetime-local" onChange={(event) => change(event.target.value)} />
    </FieldFrame>
  );
}
