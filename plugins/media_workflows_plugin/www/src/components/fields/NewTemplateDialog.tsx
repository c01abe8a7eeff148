// A new template, made where one is chosen, and taken at once.
import { queries } from "../../api/queries";
import { createTemplate, type TemplateDefinition } from "../../api/templates";
import type { JsonObject } from "../../api/types";
import { kindLabel } from "../../definition/labels";
import { useSchemas } from "../../hooks/useSchemas";
import { t } from "../../i18n";
import { FormDialog } from "../FormDialog";
import { Loaded } from "../Loaded";
import { ObjectFields } from "./ObjectFields";
import { ProblemOf } from "./ProblemOf";
import { TextField } from "./TextField";

export function NewTemplateDialog({ kind, made, close }: { kind: string; made: (id: number) => void; close: () => void }) {
  const save = async (value: JsonObject) => {
    const { id } = await createTemplate(value as unknown as TemplateDefinition);
    await queries.invalidateQueries({ queryKey: ["templates"] });
    made(id);
  };
  return (
    <Loaded of={useSchemas()}>
      {({ parameters }) => (
        <FormDialog title={t("templates.new_of", { kind: kindLabel(kind) })} root={parameters[kind]} start={{ kind, name: "", comment: "", parameters: {} }} save={save} close={close}>
          <TextField path="name" name="name" schema={{ type: "string" }} required />
          <ProblemOf path="parameters" />
          <ObjectFields path="parameters" schema={parameters[kind] ?? {}} />
        </FormDialog>
      )}
    </Loaded>
  );
}
