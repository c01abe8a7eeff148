// The template of an item, with a one-line summary of its parameters.
import { Box, NativeSelect, Text } from "@chakra-ui/react";

import { useField } from "../../definition/FormContext";
import { parametersSummary } from "../../definition/summary";
import { useTemplates } from "../../hooks/useTemplates";
import { t } from "../../i18n";
import { FieldFrame } from "./FieldFrame";

export function TemplateField({ path, kind }: { path: string; kind: string }) {
  const { value, set, problem } = useField(path);
  const templates = useTemplates(kind);
  const chosen = templates.find((template) => template.id === value);
  const groups = [
    { label: t("templates.presets"), items: templates.filter((template) => template.preset) },
    { label: t("templates.custom"), items: templates.filter((template) => !template.preset) },
  ];
  return (
    <Box maxW="34rem" mb={1}>
      <FieldFrame path={path} label={t("form.template")} problem={problem} required>
        <NativeSelect.Root size="sm">
          <NativeSelect.Field value={typeof value === "number" ? value : ""} onChange={(event) => set(event.target.value ? Number(event.target.value) : undefined)}>
            <option value="">{t("form.choose")}</option>
            {typeof value === "number" && !chosen && <option value={value}>{value}</option>}
            {groups.map(
              (group) =>
                group.items.length > 0 && (
                  <optgroup key={group.label} label={group.label}>
                    {group.items.map((template) => (
                      <option key={template.id} value={template.id}>
                        {template.id} · {template.name}
                      </option>
                    ))}
                  </optgroup>
                ),
            )}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      </FieldFrame>
      {chosen && (
        <Text fontSize="sm" color="fg.muted" mt={1}>
          {parametersSummary(chosen.parameters)}
        </Text>
      )}
    </Box>
  );
}
