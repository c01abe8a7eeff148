// A confirmation before words are deleted.
import { queries } from "../../api/queries";
import { deleteWords } from "../../api/words";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { showSuccess } from "../../hooks/messages";
import { t } from "../../i18n";

interface Props {
  keywords: string[];
  done: (keywords: string[]) => void;
  close: () => void;
}

export function DeleteWords({ keywords, done, close }: Props) {
  const count = keywords.length;
  const remove = async () => {
    await deleteWords(keywords);
    await queries.invalidateQueries({ queryKey: ["words"] });
    done(keywords);
    showSuccess(count === 1 ? t("delete.done", { name: keywords[0]! }) : t("words.deleted", { count }));
  };
  const title = count === 1 ? t("delete.title", { name: keywords[0]! }) : t("words.delete_title", { count });
  return <ConfirmDialog title={title} text={t("words.delete_text")} confirm={t("action.delete")} cancel={t("delete.cancel")} act={remove} close={close} />;
}
