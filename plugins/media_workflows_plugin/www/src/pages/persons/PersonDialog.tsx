// A new person with pictures of the face, or an edit of everything except the faces.
import { createPerson, PERSON_USAGES, type Person, type PersonDefinition, updatePerson } from "../../api/persons";
import { queries } from "../../api/queries";
import type { JsonObject } from "../../api/types";
import { type Picture, PicturesField } from "../../components/fields/PicturesField";
import { TagsField } from "../../components/fields/TagsField";
import { TextField } from "../../components/fields/TextField";
import { UsagesField } from "../../components/fields/UsagesField";
import { FormDialog } from "../../components/FormDialog";
import { showSuccess } from "../../hooks/messages";
import { t } from "../../i18n";

const START = { name: "", description: "", usages: ["all"], tags: [] };
const contentOf = ({ content }: Picture) => content;

export function PersonDialog({ person, close }: { person?: Person; close: () => void }) {
  const save = async ({ faces, ...value }: JsonObject) => {
    const definition = { ...START, ...value } as PersonDefinition;
    await (person ? updatePerson(person.id, definition) : createPerson(definition, ((faces ?? []) as Picture[]).map(contentOf)));
    await queries.invalidateQueries({ queryKey: ["persons"] });
    showSuccess(t("library.saved", { name: definition.name }));
  };
  const { name, description, usages, tags } = person ?? START;
  return (
    <FormDialog title={person ? t("form.edit_title", { name }) : t("persons.add")} start={{ name, description, usages, tags }} save={save} close={close}>
      <TextField path="name" name="name" schema={{}} required />
      <TextField path="description" name="description" schema={{}} long />
      <UsagesField path="usages" options={PERSON_USAGES} />
      <TagsField path="tags" hint={t("persons.tags_hint")} />
      {!person && <PicturesField path="faces" />}
    </FormDialog>
  );
}
