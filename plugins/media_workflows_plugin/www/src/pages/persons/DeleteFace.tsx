// A confirmation before a face is deleted: it cannot be restored without the picture.
import { deleteFace, type Person } from "../../api/persons";
import { queries } from "../../api/queries";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { t } from "../../i18n";

export function DeleteFace({ person: { id, faces }, face, close }: { person: Person; face: number; close: () => void }) {
  const name = t("persons.face", { number: faces.findIndex((one) => one.id === face) + 1 });
  const remove = async () => {
    await deleteFace(id, face);
    await queries.invalidateQueries({ queryKey: ["persons"] });
  };
  return <ConfirmDialog title={t("delete.title", { name })} text={t("persons.delete_face_text")} confirm={t("action.delete")} cancel={t("delete.cancel")} act={remove} close={close} />;
}
