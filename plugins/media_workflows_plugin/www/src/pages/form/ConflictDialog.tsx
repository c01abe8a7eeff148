// Another editor saved meanwhile: whose version stays.
import { Button, Dialog, Text } from "@chakra-ui/react";

import { DialogFrame } from "../../components/DialogFrame";
import { LazyDiff } from "../../components/LazyDiff";
import { t } from "../../i18n";

interface Props {
  theirs: object;
  mine: object;
  reload: () => void;
  keep: () => void;
  close: () => void;
}

export function ConflictDialog({ theirs, mine, reload, keep, close }: Props) {
  return (
    <DialogFrame title={t("conflict.title")} close={close} role="alertdialog" size="xl" scrollBehavior="inside">
      <Dialog.Body>
        <Text mb={3}>{t("conflict.text")}</Text>
        <LazyDiff before={theirs} after={mine} same={t("conflict.same")} />
      </Dialog.Body>
      <Dialog.Footer flexWrap="wrap">
        <Button variant="outline" onClick={close}>
          {t("conflict.go_on")}
        </Button>
        <Button variant="outline" onClick={reload}>
          {t("conflict.reload")}
        </Button>
        <Button colorPalette="brand" onClick={keep}>
          {t("conflict.keep")}
        </Button>
      </Dialog.Footer>
    </DialogFrame>
  );
}
