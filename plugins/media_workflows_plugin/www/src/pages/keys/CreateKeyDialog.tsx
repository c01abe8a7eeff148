// What a new API key is for, and how long it is valid.
import { Input } from "@chakra-ui/react";

import { type CreatedApiKey, createKey, type NewApiKey } from "../../api/keys";
import { queries } from "../../api/queries";
import { FieldFrame } from "../../components/fields/FieldFrame";
import { FormDialog } from "../../components/FormDialog";
import { useField } from "../../definition/FormContext";
import { t } from "../../i18n";

const START = { name: "", days: 365 };
const MAX_DAYS = 3650;

interface Props {
  created: (key: CreatedApiKey) => void;
  close: () => void;
}

export function CreateKeyDialog({ created, close }: Props) {
  const save = async (value: unknown) => {
    created(await createKey(value as NewApiKey));
    await queries.invalidateQueries({ queryKey: ["keys"] });
  };
  return (
    <FormDialog title={t("keys.create")} start={START} confirm={t("keys.create")} save={save} close={close}>
      <NameField />
      <DaysField />
    </FormDialog>
  );
}

function NameField() {
  const { value, set, problem } = useField("name");
  return (
    <FieldFrame path="name" label={t("field.name")} problem={problem} required>
      <Input size="sm" value={value as string} onChange={(event) => set(event.target.value)} />
    </FieldFrame>
  );
}

function DaysField() {
  const { value, set, problem } = useField("days");
  const change = (text: string) => set(text === "" ? null : Number(text));
  return (
    <FieldFrame path="days" label={t("keys.days")} hint={`1–${MAX_DAYS}`} problem={problem} required>
      <Input size="sm" type="number" inputMode="numeric" min={1} max={MAX_DAYS} value={typeof value === "number" ? value : ""} onChange={(event) => change(event.target.value)} />
    </FieldFrame>
  );
}
