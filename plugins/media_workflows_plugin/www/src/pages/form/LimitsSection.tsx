// What the runs may use, and the settings of the workflow's DAG in Airflow.
import { Box } from "@chakra-ui/react";

import { SchemaField } from "../../components/fields/SchemaField";
import { Section } from "../../components/Section";
import { useForm } from "../../definition/FormContext";
import { resolved } from "../../definition/schema";
import { t } from "../../i18n";

const FIELDS = ["budget", "retention", "airflow"];

export function LimitsSection() {
  const { root } = useForm();
  return (
    <Section title={t("form.limits")}>
      {FIELDS.map((name) => (
        <Box key={name} mt={4}>
          <SchemaField path={name} name={name} schema={resolved(root.properties?.[name] ?? {}, root)} />
        </Box>
      ))}
    </Section>
  );
}
