// A list of objects, such as watermarks: add, change, remove.
import { Box, Button, Fieldset, Flex, Text } from "@chakra-ui/react";

import { useField, useForm } from "../../definition/FormContext";
import { fieldHint, fieldLabel } from "../../definition/labels";
import { below } from "../../definition/path";
import { customProperty, emptyObject, resolved } from "../../definition/schema";
import { t } from "../../i18n";
import { problemText } from "../../i18n/errors";
import { useFieldId } from "./FieldFrame";
import { ObjectFields } from "./ObjectFields";
import { ParametersFields } from "./ParametersFields";
import { ProblemOf } from "./ProblemOf";
import type { FieldProps } from "./types";

export function ObjectsField({ path, name, schema }: FieldProps) {
  const { root } = useForm();
  const { value, set, problem } = useField(path);
  const id = useFieldId(path);
  const items = Array.isArray(value) ? value : [];
  const item = resolved(schema.items ?? {}, root);
  const kind = name === "watermarks" ? "watermark" : name;
  const titleId = (index: number) => `${id}-title-${index}`;
  const focus = (element: string) => setTimeout(() => document.getElementById(element)?.focus()); // once it is drawn
  const add = () => {
    set([...items, emptyObject(item)]);
    focus(titleId(items.length));
  };
  const remove = (index: number) => {
    set(items.filter((_, other) => other !== index));
    focus(id);
  };
  return (
    <Fieldset.Root gridColumn="1 / -1" invalid={problem !== undefined}>
      <Fieldset.Legend fontSize="sm" fontWeight="medium">
        {fieldLabel(name)}
      </Fieldset.Legend>
      {problem && <Text color="red.fg" fontSize="sm">{problemText(problem)}</Text>}
      {items.map((_, index) => (
        <Box key={index} borderWidth={1} borderRadius="md" p={3} mt={2}>
          <Flex justify="space-between" mb={2}>
            <Text fontWeight="semibold" id={titleId(index)} tabIndex={-1}>{t("form.numbered", { name: fieldLabel(name), number: index + 1 })}</Text>
            <Button size="xs" variant="ghost" colorPalette="red" aria-label={t("form.remove_named", { name: `${fieldLabel(name)} ${index + 1}` })} onClick={() => remove(index)}>
              {t("form.remove")}
            </Button>
          </Flex>
          <ProblemOf path={below(path, index)} />
          {customProperty(item) ? <ParametersFields path={below(path, index)} schema={item} kind={kind} /> : <ObjectFields path={below(path, index)} schema={item} />}
        </Box>
      ))}
      <Flex mt={2}>
        <Button id={id} size="xs" variant="outline" onClick={add}>
          {t("form.add", { name: fieldLabel(name) })}
        </Button>
      </Flex>
      <Fieldset.HelperText>{fieldHint(name, schema)}</Fieldset.HelperText>
    </Fieldset.Root>
  );
}
