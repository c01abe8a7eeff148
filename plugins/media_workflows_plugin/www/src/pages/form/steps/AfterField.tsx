// The steps before a step, one checkbox for each other step. One that comes later cannot be chosen: it would be a cycle.
import { Checkbox, Fieldset, Flex, Text } from "@chakra-ui/react";

import { fieldId } from "../../../components/fields/FieldFrame";
import { useField, useForm } from "../../../definition/FormContext";
import { fieldLabel } from "../../../definition/labels";
import { isWithin } from "../../../definition/path";
import { idsAfter, mayPrecede } from "../../../definition/steps";
import { t } from "../../../i18n";
import { problemText } from "../../../i18n/errors";
import type { StepFieldProps } from "./types";

export function AfterField({ index, steps }: StepFieldProps) {
  const path = `steps[${index}].after`;
  const { problems } = useForm();
  const { set } = useField(path);
  const step = steps[index]!;
  const chosen = idsAfter(step);
  const found = problems.filter((problem) => isWithin(problem.field, path));
  const known = steps.filter((other, at) => at !== index && other.id).map((other) => other.id);
  const ids = [...new Set([...known, ...chosen])];
  const toggle = (id: string, on: boolean) => set(on ? [...chosen, id] : chosen.filter((other) => other !== id));
  return (
    <Fieldset.Root gridColumn="1 / -1" invalid={found.length > 0}>
      <Fieldset.Legend fontSize="sm" fontWeight="medium">
        {fieldLabel("after")}
      </Fieldset.Legend>
      <Flex gap={4} wrap="wrap" mt={1} id={fieldId(path)} tabIndex={-1}>
        {ids.map((id) => (
          <Checkbox.Root key={id} size="sm" checked={chosen.includes(id)} disabled={!chosen.includes(id) && !mayPrecede(steps, id, step.id)} onCheckedChange={({ checked }) => toggle(id, checked === true)}>
            <Checkbox.HiddenInput />
            <Checkbox.Control />
            <Checkbox.Label>{id}</Checkbox.Label>
          </Checkbox.Root>
        ))}
        {ids.length === 0 && (
          <Text fontSize="sm" color="fg.muted">
            {t("steps.no_other")}
          </Text>
        )}
      </Flex>
      {found.map((problem) => (
        <Text key={problem.field} color="red.fg" fontSize="sm">
          {problemText(problem)}
        </Text>
      ))}
      <Fieldset.HelperText>{t("hint.after")}</Fieldset.HelperText>
    </Fieldset.Root>
  );
}
