// The lines that an import has left out.
import { Dialog } from "@chakra-ui/react";

import type { WordImport } from "../../api/words";
import { CloseFooter } from "../../components/CloseFooter";
import { DialogFrame } from "../../components/DialogFrame";
import { t } from "../../i18n";
import { LineProblems } from "./LineProblems";

export function LeftOutDialog({ done: { problems, bad_rows }, close }: { done: WordImport; close: () => void }) {
  return (
    <DialogFrame title={t("words.left_out", { count: bad_rows })} close={close} size="lg">
      <Dialog.Body>
        <LineProblems problems={problems} />
      </Dialog.Body>
      <CloseFooter close={close} />
    </DialogFrame>
  );
}
