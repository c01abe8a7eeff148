// A size in MiB; the value is in bytes.
import { Input } from "@chakra-ui/react";

import { useField } from "../../definition/FormContext";
import { fieldHint, fieldLabel } from "../../definition/labels";
import { FieldFrame } from "./FieldFrame";
import type { FieldProps } from "./types";

const MIB = 1024 ** 2;

export function SizeField({ path, name, schema, required }: FieldProps) {
  const { value, set, problem } = useField(path);
  const change = (text: string) => set(text === "" ? undefined : Math.round(Number(text) * MIB));
  return (
    <FieldFrame path={path} label={fieldLabel(name)} hint={fieldHint(name, schema)} problem={problem} required={required}>
      <Input size="sm" type="number" inputMode="decimal" step="any" min={0} defaultValue={typeof value === "number" ? value / MIB : ""} onChange={(event) => change(event.target.value)} />
    </FieldFrame>
  );
}
