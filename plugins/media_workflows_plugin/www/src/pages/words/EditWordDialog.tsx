// Usages and tags of one word; the word itself stays.
import { queries } from "../../api/queries";
import type { JsonObject } from "../../api/types";
import { updateWord, WORD_USAGES, type Word, type WordChange } from "../../api/words";
import { TagsField } from "../../components/fields/TagsField";
import { UsagesField } from "../../components/fields/UsagesField";
import { FormDialog } from "../../components/FormDialog";
import { showSuccess } from "../../hooks/messages";
import { t } from "../../i18n";

export function EditWordDialog({ word: { keyword, usages, tags }, close }: { word: Word; close: () => void }) {
  const save = async (value: JsonObject) => {
    await updateWord(keyword, value as unknown as WordChange);
    await queries.invalidateQueries({ queryKey: ["words"] });
    showSuccess(t("library.saved", { name: keyword }));
  };
  return (
    <FormDialog title={t("form.edit_title", { name: keyword })} start={{ usages, tags }} save={save} close={close}>
      <UsagesField path="usages" options={WORD_USAGES} />
      <TagsField path="tags" hint={t("words.tags_hint")} />
    </FormDialog>
  );
}
