// A confirmation of an action that cannot be undone, with its consequences.
import { Button, Dialog, Text } from "@chakra-ui/react";
import { type ReactNode, useState } from "react";

import { t } from "../i18n";
import { DialogFrame } from "./DialogFrame";
import { ErrorNote } from "./ErrorNote";

interface Props {
  title: string;
  text: ReactNode;
  confirm: string;
  cancel?: string;
  danger?: boolean;
  forbidden?: boolean; // by the reader's role
  act: () => Promise<unknown> | unknown;
  close: () => void;
}

export function ConfirmDialog({ title, text, confirm, cancel, danger = true, forbidden = false, act, close }: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const run = async () => {
    setBusy(true);
    try {
      await act();
      close();
    } catch (thrown) {
      setError(thrown as Error);
      setBusy(false);
    }
  };
  return (
    <DialogFrame title={title} busy={busy} close={close} role="alertdialog" placement="center">
      <Dialog.Body>
        <ErrorNote error={error} />
        <Text as="div">{text}</Text>
        {forbidden && (
          <Text mt={2} color="fg.muted">
            {t("action.forbidden")}
          </Text>
        )}
      </Dialog.Body>
      <Dialog.Footer>
        <Button variant="outline" onClick={close} disabled={busy}>
          {cancel ?? t("app.cancel")}
        </Button>
        <Button colorPalette={danger ? "red" : "brand"} onClick={run} loading={busy} disabled={forbidden} title={forbidden ? t("action.forbidden") : undefined}>
          {confirm}
        </Button>
      </Dialog.Footer>
    </DialogFrame>
  );
}
