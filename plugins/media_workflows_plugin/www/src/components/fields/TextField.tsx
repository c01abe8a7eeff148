import { Input, Textarea } from "@chakra-ui/react";

import { useField } from "../../definition/FormContext";
import { fieldHint, fieldLabel } from "../../definition/labels";
import { FieldFrame } from "./FieldFrame";
import type { FieldProps } from "./types";

export function TextField({ path, name, schema, required, long = false }: FieldProps & { long?: boolean }) {
  const { value, set, problem } = useField(path);
  const shown = typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
  const change = (text: string) => set(text === "" && !required ? undefined : text);
  const placeholder = typeof schema.default === "string" ? schema.default : undefined;
  return (
    <FieldFrame path={path} label={fieldLabel(name)} hint={fieldHint(name, schema)} problem={problem} required={required} wide={long}>
      {long ? (
        <Textarea rows={4} value={shown} onChange={(event) => change(event.target.value)} />
      ) : (
        <Input size="sm" value={shown} placeholder={placeholder} onChange={(event) => change(event.target.value)} />
      )}
    </FieldFrame>
  );
}
