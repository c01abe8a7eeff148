// One item of a job.
import { Box, Button, Flex, Heading, Text } from "@chakra-ui/react";

import type { Json } from "../../api/types";
import { fieldId } from "../../components/fields/FieldFrame";
import { ObjectFields } from "../../components/fields/ObjectFields";
import { ParametersFields } from "../../components/fields/ParametersFields";
import { UnavailableNote } from "../../components/UnavailableNote";
import { useField, useForm } from "../../definition/FormContext";
import { kindLabel } from "../../definition/labels";
import { below } from "../../definition/path";
import { customProperty, type Schema } from "../../definition/schema";
import { t } from "../../i18n";
import { problemText } from "../../i18n/errors";
import { LibraryNote } from "./LibraryNote";

interface Props {
  kind: string;
  list: string; // the path of the kind's items
  index: number;
  schema: Schema;
  mayRemove?: boolean;
}

export function JobCard({ kind, list, index, schema, mayRemove = true }: Props) {
  const { set, unavailable = [] } = useForm();
  const items = (useField(list).value ?? []) as Json[];
  const path = below(list, index);
  const { problem } = useField(path);
  const name = t("form.numbered", { name: kindLabel(kind), number: index + 1 });
  const remove = () => set(list, items.length > 1 ? items.filter((_, other) => other !== index) : undefined);
  // The copy is the last one; then its heading has the focus.
  const duplicate = () => {
    set(list, [...items, structuredClone(items[index]!)]);
    setTimeout(() => document.getElementById(fieldId(below(list, items.length)))?.focus());
  };
  return (
    <Box as="fieldset" borderWidth={1} borderRadius="md" bg="bg.subtle" p={3} mb={3} minW={0} data-testid={path}>
      <Flex justify="space-between" mb={3} gap={2} wrap="wrap">
        <Heading as="h3" size="sm" id={fieldId(path)} tabIndex={-1}>
          {name}
        </Heading>
        <Flex gap={1}>
          <Button size="xs" variant="ghost" onClick={duplicate} aria-label={t("action.named", { action: t("action.duplicate"), name })}>
            {t("action.duplicate")}
          </Button>
          {mayRemove && (
            <Button size="xs" variant="ghost" colorPalette="red" onClick={remove} aria-label={t("form.remove_named", { name })}>
              {t("form.remove")}
            </Button>
          )}
        </Flex>
      </Flex>
      {problem && (
        <Text color="red.fg" fontSize="sm" mb={2}>
          {problemText(problem)}
        </Text>
      )}
      <UnavailableNote of={unavailable.filter((one) => one.field === path)} isField />
      <LibraryNote kind={kind} />
      {customProperty(schema) ? <ParametersFields path={path} schema={schema} kind={kind} /> : <ObjectFields path={path} schema={schema} />}
    </Box>
  );
}
