// The foot of a dialog that only shows.
import { Button, Dialog } from "@chakra-ui/react";

import { t } from "../i18n";

export function CloseFooter({ close }: { close: () => void }) {
  return (
    <Dialog.Footer>
      <Button variant="outline" onClick={close}>
        {t("app.close")}
      </Button>
    </Dialog.Footer>
  );
}
