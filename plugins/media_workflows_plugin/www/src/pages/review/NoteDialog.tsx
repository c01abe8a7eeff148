// A short text: the note on a finding, or that of the decision on a run. Ctrl+Enter sends it.
import { Button, Dialog, Field, Text, Textarea } from "@chakra-ui/react";
import { type ReactNode, useRef, useState } from "react";

import { DialogFrame } from "../../components/DialogFrame";
import { isComposing } from "../../components/isComposing";
import { t } from "../../i18n";

const MAX_NOTE = 1000; // characters

interface Props {
  title: string;
  text?: ReactNode;
  start?: string;
  confirm: string;
  palette?: string;
  busy?: boolean;
  focus: "note" | "confirm";
  save: (note: string) => void;
  close: () => void;
}

export function NoteDialog({ title, text, start = "", confirm, palette = "brand", busy = false, focus, save, close }: Props) {
  const [note, setNote] = useState(start);
  const field = useRef<HTMLTextAreaElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <DialogFrame title={title} busy={busy} close={close} closeOnInteractOutside={false} initialFocusEl={() => (focus === "note" ? field : button).current}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save(note);
        }}
      >
        <Dialog.Body display="grid" gap={4}>
          {text && <Text as="div">{text}</Text>}
          <Field.Root>
            <Field.Label>{t("review.note")}</Field.Label>
            <Textarea
              ref={field}
              size="sm"
              rows={3}
              maxLength={MAX_NOTE}
              value={note}
              onChange={(event) => setNote(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !isComposing(event)) event.currentTarget.form?.requestSubmit();
              }}
            />
          </Field.Root>
        </Dialog.Body>
        <Dialog.Footer>
          <Button variant="outline" onClick={close} disabled={busy}>
            {t("app.cancel")}
          </Button>
          <Button ref={button} type="submit" colorPalette={palette} loading={busy}>
            {confirm}
          </Button>
        </Dialog.Footer>
      </form>
    </DialogFrame>
  );
}
