// A template by its id, or inline parameters. Switching copies the template's parameters; back from no template to those
// that were there before.
import { Box, Flex, RadioGroup } from "@chakra-ui/react";
import { useRef } from "react";

import type { Json, JsonObject } from "../../api/types";
import { useField, useForm } from "../../definition/FormContext";
import { below } from "../../definition/path";
import { customProperty, resolved, type Schema, shapeOf } from "../../definition/schema";
import { useTemplates } from "../../hooks/useTemplates";
import { t } from "../../i18n";
import { ObjectFields } from "./ObjectFields";
import { ProblemOf } from "./ProblemOf";
import { SchemaField } from "./SchemaField";
import { TemplateField } from "./TemplateField";

interface Props {
  path: string;
  schema: Schema;
  kind: string;
}

export function ParametersFields({ path, schema, kind }: Props) {
  const { root } = useForm();
  const { value, set } = useField(path);
  const item = (value ?? {}) as JsonObject;
  const own = customProperty(schema);
  const parameters = resolved(schema.properties?.[own] ?? {}, root);
  const isOwn = item[own] !== undefined && item[own] !== null;
  const template = useTemplates(kind).find((one) => one.id === item.template);
  const lastOwn = useRef<Json | undefined>(undefined); // what the other choice has dropped
  const change = (to: string) => {
    const { template: _template, [own]: _own, override: _override, ...rest } = item;
    if (to !== "own") {
      lastOwn.current = item[own];
      return set(rest);
    }
    const copied = own === "mark" ? template?.parameters.mark : template?.parameters;
    set({ ...rest, [own]: copied ?? lastOwn.current ?? {} });
  };
  const isObject = shapeOf(parameters, root) === "object";
  const forTemplateOnly = isOwn ? ["override", ...(own === "mark" ? ["text", "svg"] : [])] : [];
  const placed = own === "mark" && !isOwn ? ["origin", "x_pos", "y_pos"] : [];
  return (
    <Box>
      <RadioGroup.Root size="sm" value={isOwn ? "own" : "template"} onValueChange={(now) => now.value && change(now.value)} mb={3} aria-label={t("form.template_or_parameters")}>
        <Flex gap={5} wrap="wrap">
          {(["template", "own"] as const).map((choice) => (
            <RadioGroup.Item key={choice} value={choice}>
              <RadioGroup.ItemHiddenInput />
              <RadioGroup.ItemIndicator />
              <RadioGroup.ItemText>{t(choice === "own" ? "form.custom_parameters" : "form.template")}</RadioGroup.ItemText>
            </RadioGroup.Item>
          ))}
        </Flex>
      </RadioGroup.Root>
      {!isOwn && <TemplateField path={below(path, "template")} kind={kind} makeOwn={() => change("own")} />}
      {isOwn && isObject && <ProblemOf path={below(path, own)} />}
      {isOwn && (isObject ? <ObjectFields path={below(path, own)} schema={parameters} /> : <SchemaField path={below(path, own)} name={own} schema={parameters} required />)}
      <Box mt={4}>
        <ObjectFields path={path} schema={schema} without={["template", own, ...forTemplateOnly, ...placed]} />
      </Box>
    </Box>
  );
}
