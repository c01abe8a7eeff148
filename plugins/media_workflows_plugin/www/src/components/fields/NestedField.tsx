// An object within an object; an optional one has a checkbox.
import { Checkbox, Fieldset, Text } from "@chakra-ui/react";

import { useField } from "../../definition/FormContext";
import { fieldHint, fieldLabel } from "../../definition/labels";
import { customProperty, emptyObject } from "../../definition/schema";
import { problemText } from "../../i18n/errors";
import { useFieldId } from "./FieldFrame";
import { ObjectFields } from "./ObjectFields";
import { ParametersFields } from "./ParametersFields";
import { ProblemOf } from "./ProblemOf";
import type { FieldProps } from "./types";

export function NestedField({ path, name, schema, required }: FieldProps) {
  const { value, set, problem } = useField(path);
  const id = useFieldId(path);
  const optional = schema.nullable && !required;
  const there = !optional || (value !== undefined && value !== null);
  return (
    <Fieldset.Root gridColumn="1 / -1" borderWidth={1} borderRadius="md" p={3} invalid={problem !== undefined}>
      <Fieldset.Legend px={1} fontWeight="semibold">
        {optional ? (
          <Checkbox.Root size="sm" ids={{ hiddenInput: id }} checked={there} onCheckedChange={({ checked }) => set(checked === true ? emptyObject(schema) : undefined)}>
            <Checkbox.HiddenInput />
            <Checkbox.Control />
            <Checkbox.Label>{fieldLabel(name)}</Checkbox.Label>
          </Checkbox.Root>
        ) : (
          fieldLabel(name)
        )}
      </Fieldset.Legend>
      {optional ? (
        problem && (
          <Text color="red.fg" fontSize="sm">
            {problemText(problem)}
          </Text>
        )
      ) : (
        <ProblemOf path={path} />
      )}
      {there && (customProperty(schema) ? <ParametersFields path={path} schema={schema} kind={name} /> : <ObjectFields path={path} schema={schema} unfolded />)}
      {!there && <Fieldset.HelperText>{fieldHint(name, schema)}</Fieldset.HelperText>}
    </Fieldset.Root>
  );
}
