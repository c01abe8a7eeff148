// A confirmation before a person is deleted.
import { deletePerson, type Person } from "../../api/persons";
import { queries } from "../../api/queries";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { showSuccess } from "../../hooks/messages";
import { t } from "../../i18n";

export function DeletePerson({ person: { id, name }, close }: { person: Person; close: () => void }) {
  const remove = async () => {
    await deletePerson(id);
    showSuccess(t("delete.done", { name }));
    await queries.invalidateQueries({ queryKey: ["persons"] });
  };
  return <ConfirmDialog title={t("delete.title", { name })} text={t("persons.delete_text")} confirm={t("action.delete")} cancel={t("delete.cancel")} act={remove} close={close} />;
}
