// Many words at once, one per line, with common usages and tags. Either all are added, or none.
import { queries } from "../../api/queries";
import type { JsonObject } from "../../api/types";
import { createWords, WORD_USAGES, type WordChange } from "../../api/words";
import { TagsField } from "../../components/fields/TagsField";
import { UsagesField } from "../../components/fields/UsagesField";
import { FormDialog } from "../../components/FormDialog";
import { splitLines } from "../../definition/lists";
import { showSuccess } from "../../hooks/messages";
import { t } from "../../i18n";
import { WordLines } from "./WordLines";

const START = { words: "", usages: ["all"], tags: [] };

export function AddWordsDialog({ close }: { close: () => void }) {
  const save = async ({ words, ...change }: JsonObject) => {
    const made = await createWords(splitLines(words as string), change as unknown as WordChange);
    await queries.invalidateQueries({ queryKey: ["words"] });
    showSuccess(t("words.added", { count: made.length }));
  };
  return (
    <FormDialog title={t("words.add")} start={START} save={save} close={close}>
      <WordLines />
      <UsagesField path="usages" options={WORD_USAGES} />
      <TagsField path="tags" hint={t("words.tags_hint")} />
    </FormDialog>
  );
}
