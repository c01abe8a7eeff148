// A new template of a kind, or a copy of one.
import { NativeSelect } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router-dom";

import { getTemplate, type TemplateDefinition } from "../../api/templates";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { kindLabel } from "../../definition/labels";
import type { Schema } from "../../definition/schema";
import { useSchemas } from "../../hooks/useSchemas";
import { t } from "../../i18n";
import { paths } from "../../paths";
import { TemplateForm } from "./TemplateForm";

function Start({ schema, from }: { schema: Schema; from: TemplateDefinition }) {
  const [start] = useState(from); // what the form began with
  return <TemplateForm schema={schema} start={start} />;
}

export function NewTemplatePage() {
  const { kind = "" } = useParams();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const copy = params.get("copy");
  const schemas = useSchemas();
  const source = useQuery({ queryKey: ["templates", kind, copy], queryFn: () => getTemplate(kind, Number(copy)), enabled: copy !== null });
  const empty: TemplateDefinition = { kind, name: "", comment: "", parameters: {} };
  return (
    <Loaded of={schemas}>
      {({ parameters }) => (
        <>
          <PageHead title={t("templates.new_of", { kind: kindLabel(kind) })}>
            <NativeSelect.Root size="sm" width="auto">
              <NativeSelect.Field aria-label={t("templates.kind")} value={kind} onChange={(event) => void navigate(paths.newTemplate(event.target.value))}>
                {Object.keys(parameters).map((name) => (
                  <option key={name} value={name}>
                    {kindLabel(name)}
                  </option>
                ))}
              </NativeSelect.Field>
              <NativeSelect.Indicator />
            </NativeSelect.Root>
          </PageHead>
          {copy === null && <Start key={kind} schema={parameters[kind] ?? {}} from={empty} />}
          {copy !== null && <Loaded of={source}>{(data) => <Start key={copy} schema={parameters[kind] ?? {}} from={{ kind, name: `${data.name} ${t("form.copy_suffix")}`, comment: data.comment, parameters: data.parameters }} />}</Loaded>}
        </>
      )}
    </Loaded>
  );
}
