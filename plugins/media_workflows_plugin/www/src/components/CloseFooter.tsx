// The footer of a read-only dialog.
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
