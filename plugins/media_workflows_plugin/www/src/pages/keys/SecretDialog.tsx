// The pair of a new API key. Its SecretKey is shown here once, so a click beside the dialog does not close it.
import { Alert, Dialog, Field, Input } from "@chakra-ui/react";

import type { CreatedApiKey } from "../../api/keys";
import { CloseFooter } from "../../components/CloseFooter";
import { DialogFrame } from "../../components/DialogFrame";
import { t } from "../../i18n";

interface Props {
  created: CreatedApiKey;
  close: () => void;
}

export function SecretDialog({ created, close }: Props) {
  return (
    <DialogFrame title={created.name} size="lg" close={close} closeOnInteractOutside={false}>
      <Dialog.Body display="grid" gap={4}>
        <Alert.Root status="warning" variant="surface">
          <Alert.Indicator />
          <Alert.Title>{t("keys.once")}</Alert.Title>
        </Alert.Root>
        <ToCopy label="SecretId" text={created.secret_id} />
        <ToCopy label="SecretKey" text={created.secret_key} />
      </Dialog.Body>
      <CloseFooter close={close} />
    </DialogFrame>
  );
}

function ToCopy({ label, text }: { label: string; text: string }) {
  return (
    <Field.Root>
      <Field.Label>{label}</Field.Label>
      <Input size="sm" fontFamily="mono" readOnly value={text} onFocus={(event) => event.target.select()} />
    </Field.Root>
  );
}
