// The job of a step: its items, or its one object.
import { Box, Button, Flex } from "@chakra-ui/react";
import { LuPlus } from "react-icons/lu";

import type { Json } from "../../../api/types";
import { SchemaField } from "../../../components/fields/SchemaField";
import { useField, useForm } from "../../../definition/FormContext";
import { kindLabel } from "../../../definition/labels";
import { resolved } from "../../../definition/schema";
import type { StepKind } from "../../../definition/steps";
import { firstTemplate } from "../../../hooks/useTemplates";
import { t } from "../../../i18n";
import { ItemCards } from "../cards/ItemCards";

export function StepJob({ path, kind: { kind, schema, isList } }: { path: string; kind: StepKind }) {
  const { root } = useForm();
  const place = `${path}.${kind}`;
  const { value, set } = useField(place);
  if (!isList) return <SchemaField path={place} name={kind} schema={schema} required />;
  const items = (value ?? []) as Json[];
  const add = async () => {
    const first = await firstTemplate(kind);
    set([...items, first ? { template: first.id } : {}]);
  };
  return (
    <Box mb={3}>
      <ItemCards kind={kind} list={place} schema={resolved(schema.items ?? {}, root)} mayBeEmpty={false} />
      {items.length < (schema.maxItems ?? Infinity) && (
        <Flex>
          <Button size="xs" variant="outline" onClick={() => void add()}>
            <LuPlus aria-hidden /> {t("form.add", { name: kindLabel(kind) })}
          </Button>
        </Flex>
      )}
    </Box>
  );
}
