import { NativeSelect } from "@chakra-ui/react";

import { useField } from "../../definition/FormContext";
import { choiceLabel, fieldHint, fieldLabel } from "../../definition/labels";
import { choiceOf } from "../../definition/schema";
import { t } from "../../i18n";
import { FieldFrame } from "./FieldFrame";
import type { FieldProps } from "./types";

export function ChoiceField({ path, name, schema, required }: FieldProps) {
  const { value, set, problem } = useField(path);
  const shown = value ?? schema.default ?? "";
  const options = (schema.enum ?? []).filter((option) => option !== "").map(String);
  const mayBeEmpty = schema.nullable || schema.enum?.includes("") || (required && shown === "");
  return (
    <FieldFrame path={path} label={fieldLabel(name)} hint={fieldHint(name, schema)} problem={problem} required={required}>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field value={String(shown)} onChange={(event) => set(choiceOf(schema, event.target.value))}>
          {mayBeEmpty && <option value="">{t(required ? "form.choose" : "form.automatic")}</option>}
          {options.map((option) => (
            <option key={option} value={option}>
              {choiceLabel(name, option)}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </FieldFrame>
  );
}
