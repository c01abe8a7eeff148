// One of several variants, distinguished by a field such as `type`.
import { Box, Fieldset, NativeSelect, Text } from "@chakra-ui/react";

import type { JsonObject } from "../../api/types";
import { useField, useForm } from "../../definition/FormContext";
import { choiceLabel, fieldLabel } from "../../definition/labels";
import { startOf, variantsOf } from "../../definition/schema";
import { t } from "../../i18n";
import { FieldFrame } from "./FieldFrame";
import { ObjectFields } from "./ObjectFields";
import type { FieldProps } from "./types";

export function VariantsField({ path, name, schema, required }: FieldProps) {
  const { root } = useForm();
  const { value, set, problem } = useField(path);
  const property = schema.discriminator?.propertyName ?? "type";
  const variants = variantsOf(schema, root);
  const chosen = variants.find((variant) => variant.name === (value as JsonObject | undefined)?.[property]);
  const choose = (name: string) => {
    const next = variants.find((variant) => variant.name === name);
    set(next && startOf(property, next));
  };
  return (
    <Fieldset.Root gridColumn="1 / -1">
      <Box maxW="24rem">
        <FieldFrame path={path} label={fieldLabel(name)} problem={problem} required={required}>
          <NativeSelect.Root size="sm">
            <NativeSelect.Field value={chosen?.name ?? ""} onChange={(event) => choose(event.target.value)}>
              <option value="">{t(required ? "form.choose" : "form.none")}</option>
              {variants.map((variant) => (
                <option key={variant.name} value={variant.name}>
                  {choiceLabel(name, variant.name)}
                </option>
              ))}
            </NativeSelect.Field>
            <NativeSelect.Indicator />
          </NativeSelect.Root>
        </FieldFrame>
      </Box>
      {!chosen && required && <Text color="fg.muted">{t("form.choose")}</Text>}
      {chosen && <ObjectFields path={path} schema={chosen.schema} without={[property]} />}
    </Fieldset.Root>
  );
}
