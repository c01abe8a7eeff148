import { Input } from "@chakra-ui/react";

import { useField } from "../../definition/FormContext";
import { fieldHint, fieldLabel } from "../../definition/labels";
import type { Schema } from "../../definition/schema";
import { FieldFrame } from "./FieldFrame";
import type { FieldProps } from "./types";

function rangeOf({ minimum, maximum }: Schema): string {
  return minimum !== undefined && maximum !== undefined ? `${minimum}–${maximum}` : "";
}

export function NumberField({ path, name, schema, required }: FieldProps) {
  const { value, set, problem } = useField(path);
  const hint = [fieldHint(name, schema), rangeOf(schema)].filter(Boolean).join(" · ");
  const change = (text: string) => set(text === "" ? undefined : Number(text));
  return (
    <FieldFrame path={path} label={fieldLabel(name)} hint={hint} problem={problem} required={required}>
      <Input
        size="sm"
        type="number"
        inputMode="decimal"
        step={schema.type === "integer" ? 1 : "any"}
        min={schema.minimum}
        max={schema.maximum}
        placeholder={schema.default === null || schema.default === undefined ? undefined : String(schema.default)}
        value={typeof value === "number" ? value : ""}
        onChange={(event) => change(event.target.value)}
      />
    </FieldFrame>
  );
}
