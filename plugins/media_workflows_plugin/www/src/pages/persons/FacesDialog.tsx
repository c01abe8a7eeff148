// The faces of a person: each chosen picture is added at once.
import { Dialog, Text } from "@chakra-ui/react";
import { useState } from "react";

import { MAX_FACES, type Person } from "../../api/persons";
import { CloseFooter } from "../../components/CloseFooter";
import { DialogFrame } from "../../components/DialogFrame";
import { t } from "../../i18n";
import { AddFaces } from "./AddFaces";
import { DeleteFace } from "./DeleteFace";
import { FaceList } from "./FaceList";

export function FacesDialog({ person, close }: { person: Person; close: () => void }) {
  const [removing, setRemoving] = useState<number | null>(null); // an id
  const { name, faces } = person;
  return (
    <DialogFrame title={t("persons.faces_of", { name })} close={close} closeOnInteractOutside={false}>
      <Dialog.Body display="grid" gap={4}>
        {faces.length === 0 ? <Text color="fg.muted">{t("persons.no_faces")}</Text> : <FaceList faces={faces} remove={setRemoving} />}
        {faces.length < MAX_FACES ? <AddFaces person={person} /> : <Text color="fg.muted">{t("persons.faces_full", { most: MAX_FACES })}</Text>}
        {removing !== null && <DeleteFace person={person} face={removing} close={() => setRemoving(null)} />}
      </Dialog.Body>
      <CloseFooter close={close} />
    </DialogFrame>
  );
}
