// A colour as 0xRRGGBB, typed or chosen.
import { chakra, Flex, Input } from "@chakra-ui/react";

import { useField } from "../../definition/FormContext";
import { fieldHint, fieldLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { FieldFrame } from "./FieldFrame";
import type { FieldProps } from "./types";

const COLOR = /^0x[0-9A-Fa-f]{6}$/;

export function ColorField({ path, name, schema, required }: FieldProps) {
  const { value, set, problem } = useField(path);
  const shown = typeof value === "string" ? value : "";
  const byDefault = typeof schema.default === "string" ? schema.default : "0x000000";
  const color = COLOR.test(shown) ? shown : byDefault;
  return (
    <FieldFrame path={path} label={fieldLabel(name)} hint={fieldHint(name, schema)} problem={problem} required={required}>
      <Flex gap={2} width="100%">
        <Input size="sm" value={shown} placeholder={byDefault} onChange={(event) => set(event.target.value || undefined)} />
        <chakra.input
          type="color"
          w="3rem"
          h="2.25rem"
          flexShrink={0}
          aria-label={t("form.choose_color", { name: fieldLabel(name) })}
          value={`#${color.slice(2)}`}
          onChange={(event) => set(`0x${event.target.value.slice(1).toUpperCase()}`)}
        />
      </Flex>
    </FieldFrame>
  );
}
