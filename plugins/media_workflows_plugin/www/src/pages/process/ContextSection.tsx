// The caller's data, which the events of the runs give back.
import { SimpleGrid, Textarea } from "@chakra-ui/react";
import { useState } from "react";

import { FieldFrame } from "../../components/fields/FieldFrame";
import { TextField } from "../../components/fields/TextField";
import { Section } from "../../components/Section";
import { useField, useForm } from "../../definition/FormContext";
import { fieldLabel } from "../../definition/labels";
import { isWithin } from "../../definition/path";
import { tagLines, tagsOf } from "../../definition/request";
import { t } from "../../i18n";

function ContextTags() {
  const { value, set } = useField("context.tags");
  const problem = useForm().problems.find(({ field }) => isWithin(field, "context.tags"));
  const [typed, setTyped] = useState<string | null>(null); // as it stands until the field loses the focus
  const change = (text: string) => {
    setTyped(text);
    const tags = tagsOf(text);
    set(Object.keys(tags).length > 0 ? tags : undefined);
  };
  return (
    <FieldFrame path="context.tags" label={fieldLabel("tags")} hint={t("process.tags_hint")} problem={problem} wide>
      <Textarea size="sm" rows={2} value={typed ?? tagLines(value)} onChange={(event) => change(event.target.value)} onBlur={() => setTyped(null)} />
    </FieldFrame>
  );
}

export function ContextSection() {
  return (
    <Section title={t("process.context")} hint={t("process.context_hint")}>
      <SimpleGrid columns={{ base: 1, md: 2 }} gap={4}>
        <TextField path="context.id" name="context_id" schema={{ type: "string" }} />
        <TextField path="context.text" name="context_text" schema={{ type: "string" }} />
        <ContextTags />
      </SimpleGrid>
    </Section>
  );
}
