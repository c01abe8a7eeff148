// A small form in a dialog. The API's problems are shown at the fields; it closes once it is saved.
import { Box, Button, Dialog } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";

import { ApiError } from "../api/client";
import type { Json, JsonObject } from "../api/types";
import { FormContext } from "../definition/FormContext";
import { withValue } from "../definition/path";
import type { Schema } from "../definition/schema";
import { useShownError } from "../hooks/useShownError";
import { t } from "../i18n";
import { DialogFrame } from "./DialogFrame";
import { ErrorNote } from "./ErrorNote";

interface Props {
  title: string;
  root?: Schema; // where references of the fields' schemas lead
  start: JsonObject;
  confirm?: string; // the label of the button that saves
  save: (value: JsonObject) => Promise<unknown>;
  close: () => void;
  children: ReactNode;
}

export function FormDialog({ title, root = {}, start, confirm, save, close, children }: Props) {
  const [value, setValue] = useState<Json>(start);
  const id = useId();
  const send = useMutation({ mutationFn: () => save(value as JsonObject), onSuccess: close });
  const problems = send.error instanceof ApiError ? send.error.problems : [];
  const message = useShownError(send.error, undefined, id);
  const error = problems.length > 0 ? new Error(t("form.problems_below", { count: problems.length })) : send.error;
  return (
    <DialogFrame title={title} busy={send.isPending} close={close} size="lg" closeOnInteractOutside={false}>
      <FormContext value={{ value, root, id, problems, set: (path, next) => setValue((old) => withValue(old, path, next)) }}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            event.stopPropagation(); // to a form that this dialog is opened from
            send.mutate();
          }}
        >
          <Dialog.Body display="grid" gap={4}>
            <Box ref={message} tabIndex={-1}>
              <ErrorNote error={error} />
            </Box>
            {children}
          </Dialog.Body>
          <Dialog.Footer>
            <Button variant="outline" onClick={close} disabled={send.isPending}>
              {t("app.cancel")}
            </Button>
            <Button type="submit" colorPalette="brand" loading={send.isPending}>
              {confirm ?? t("app.save")}
            </Button>
          </Dialog.Footer>
        </form>
      </FormContext>
    </DialogFrame>
  );
}
