// The caller's data, which the events of the runs give back.
import { SimpleGrid } from "@chakra-ui/react";

import { PairsField } from "../../components/fields/PairsField";
import { TextField } from "../../components/fields/TextField";
import { Section } from "../../components/Section";
import { t } from "../../i18n";

export function ContextSection() {
  return (
    <Section title={t("process.context")} hint={t("process.context_hint")}>
      <SimpleGrid columns={{ base: 1, md: 2 }} gap={4}>
        <TextField path="context.id" name="context_id" schema={{ type: "string" }} />
        <TextField path="context.text" name="context_text" schema={{ type: "string" }} />
        <PairsField path="context.tags" name="tags" schema={{}} />
      </SimpleGrid>
    </Section>
  );
}
