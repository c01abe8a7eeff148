// The usages of a word or a person. A wider usage implies and ticks the narrower ones.
import { Checkbox, Fieldset, Flex } from "@chakra-ui/react";

import { useField, useProblemWithin } from "../../definition/FormContext";
import { fieldLabel } from "../../definition/labels";
import { isImplied, usageLabel, withUsage } from "../../definition/usages";
import { problemText } from "../../i18n/errors";
import { useFieldId } from "./FieldFrame";

export function UsagesField({ path, options }: { path: string; options: string[] }) {
  const { value, set } = useField(path);
  const problem = useProblemWithin(path);
  const id = useFieldId(path);
  const usages = (value ?? []) as string[];
  const all = [...new Set([...options, ...usages])];
  return (
    <Fieldset.Root invalid={problem !== undefined}>
      <Fieldset.Legend fontSize="sm" fontWeight="medium">
        {fieldLabel("usages")}
      </Fieldset.Legend>
      <Flex gap={4} rowGap={2} wrap="wrap" id={id} tabIndex={-1}>
        {all.map((usage) => {
          const implied = isImplied(usages, usage);
          return (
            <Checkbox.Root key={usage} size="sm" disabled={implied} checked={implied || usages.includes(usage)} onCheckedChange={({ checked }) => set(withUsage(usages, usage, checked === true))}>
              <Checkbox.HiddenInput />
              <Checkbox.Control />
              <Checkbox.Label>{usageLabel(usage)}</Checkbox.Label>
            </Checkbox.Root>
          );
        })}
      </Flex>
      <Fieldset.ErrorText color="red.fg">{problem && problemText(problem)}</Fieldset.ErrorText>
    </Fieldset.Root>
  );
}
