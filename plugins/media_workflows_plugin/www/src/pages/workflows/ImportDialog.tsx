// Workflows from a YAML file or pasted text; each document becomes one, disabled.
import { Button, Dialog, Field, Input, Textarea } from "@chakra-ui/react";
import { useState } from "react";

import { takeFiles } from "../../components/fields/takeFiles";
import { DialogFrame } from "../../components/DialogFrame";
import { ErrorNote } from "../../components/ErrorNote";
import { t } from "../../i18n";
import { ImportOutcome } from "./ImportOutcome";
import { useImport } from "./useImport";

export function ImportDialog({ close }: { close: () => void }) {
  const [yaml, setYaml] = useState("");
  const { state, isWaiting, error, isBusy, send } = useImport();
  return (
    <DialogFrame title={t("import.title")} close={close} size="lg" closeOnInteractOutside={false}>
      <Dialog.Body display="grid" gap={4}>
        <Field.Root>
          <Field.Label>{t("import.file")}</Field.Label>
          <Input type="file" accept=".yaml,.yml,.json" p={1} onChange={async ({ target }) => setYaml((await takeFiles(target)[0]?.text()) ?? "")} />
        </Field.Root>
        <Field.Root>
          <Field.Label>{t("import.text")}</Field.Label>
          <Textarea rows={12} fontFamily="mono" fontSize="sm" value={yaml} onChange={(event) => setYaml(event.target.value)} />
          <Field.HelperText>{t("import.hint")}</Field.HelperText>
        </Field.Root>
        <ErrorNote error={error} />
        {state && <ImportOutcome found={state} isWaiting={isWaiting} />}
      </Dialog.Body>
      <Dialog.Footer>
        <Button variant="outline" onClick={close}>
          {t("app.close")}
        </Button>
        <Button colorPalette="brand" disabled={!yaml.trim()} loading={isBusy} onClick={() => send(yaml)}>
          {t("import.send")}
        </Button>
      </Dialog.Footer>
    </DialogFrame>
  );
}
