// The faces of a person: a picture is turned into one as soon as it is chosen.
import { Button, Dialog, Portal, Text } from "@chakra-ui/react";
import { useState } from "react";

import { MAX_FACES, type Person } from "../../api/persons";
import { t } from "../../i18n";
import { AddFaces } from "./AddFaces";
import { DeleteFace } from "./DeleteFace";
import { FaceList } from "./FaceList";

export function FacesDialog({ person, close }: { person: Person; close: () => void }) {
  const [removing, setRemoving] = useState<number | null>(null); // an id
  const { name, faces } = person;
  return (
    <Dialog.Root open onOpenChange={({ open }) => open || close()} closeOnInteractOutside={false}>
      <Portal>
        <Dialog.Backdrop />
        <Dialog.Positioner>
          <Dialog.Content mx={3}>
            <Dialog.Header>
              <Dialog.Title overflowWrap="anywhere">{t("persons.faces_of", { name })}</Dialog.Title>
            </Dialog.Header>
            <Dialog.Body display="grid" gap={4}>
              {faces.length === 0 ? <Text color="fg.muted">{t("persons.no_faces")}</Text> : <FaceList faces={faces} remove={setRemoving} />}
              {faces.length < MAX_FACES ? <AddFaces person={person} /> : <Text color="fg.muted">{t("persons.faces_full", { most: MAX_FACES })}</Text>}
              {removing !== null && <DeleteFace person={person} face={removing} close={() => setRemoving(null)} />}
            </Dialog.Body>
            <Dialog.Footer>
              <Button variant="outline" onClick={close}>
                {t("app.close")}
              </Button>
            </Dialog.Footer>
          </Dialog.Content>
        </Dialog.Positioner>
      </Portal>
    </Dialog.Root>
  );
}
