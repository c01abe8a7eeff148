import { Checkbox, Field } from "@chakra-ui/react";

import { useField } from "../../definition/FormContext";
import { fieldHint, fieldLabel } from "../../definition/labels";
import { problemText } from "../../i18n/errors";
import { useFieldId } from "./FieldFrame";
import type { FieldProps } from "./types";

export function FlagField({ path, name, schema }: FieldProps) {
  const { value, set, problem } = useField(path);
  return (
    <Field.Root invalid={problem !== undefined}>
      <Checkbox.Root size="sm" ids={{ hiddenInput: useFieldId(path) }} checked={(value ?? schema.default) === true} onCheckedChange={({ checked }) => set(checked === true)} mt={2}>
        <Checkbox.HiddenInput />
        <Checkbox.Control />
        <Checkbox.Label>{fieldLabel(name)}</Checkbox.Label>
      </Checkbox.Root>
      <Field.HelperText>{fieldHint(name, schema)}</Field.HelperText>
      <Field.ErrorText color="red.fg">{problem && problemText(problem)}</Field.ErrorText>
    </Field.Root>
  );
}
