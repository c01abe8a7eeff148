// The jobs: a card for each item, and a button for each kind the model knows.
import { Text } from "@chakra-ui/react";

import type { JsonObject } from "../../api/types";
import { fieldId } from "../../components/fields/FieldFrame";
import { useField, useForm } from "../../definition/FormContext";
import { resolved } from "../../definition/schema";
import { firstTemplate } from "../../hooks/useTemplates";
import { t } from "../../i18n";
import { problemText } from "../../i18n/errors";
import { AddButtons } from "./AddButtons";
import { ItemCards } from "./cards/ItemCards";

export function JobList() {
  const { root, set } = useForm();
  const jobs = useField("jobs");
  const value = (jobs.value ?? {}) as Record<string, JsonObject[]>;
  const kinds = Object.entries(resolved(root.properties?.jobs ?? {}, root).properties ?? {});
  // A new item begins with the kind's first template, so that it is valid at once; then its heading has the focus.
  const add = async (kind: string) => {
    const items = value[kind] ?? [];
    const first = await firstTemplate(kind);
    set(`jobs.${kind}`, [...items, first ? { template: first.id } : {}]);
    setTimeout(() => document.getElementById(fieldId(`jobs.${kind}[${items.length}]`))?.focus());
  };
  const count = Object.values(value).reduce((sum, items) => sum + (items?.length ?? 0), 0);
  return (
    <>
      {jobs.problem && (
        <Text color="red.fg" fontSize="sm" role="alert">
          {problemText(jobs.problem)}
        </Text>
      )}
      {kinds.map(([kind, schema]) => (
        <ItemCards key={kind} kind={kind} list={`jobs.${kind}`} schema={resolved(resolved(schema, root).items ?? {}, root)} />
      ))}
      {count === 0 && <Text color="fg.muted">{t("form.jobs_none")}</Text>}
      <AddButtons path="jobs" label={t("form.add_job")} kinds={kinds.map(([kind]) => kind)} add={add} />
    </>
  );
}
