// A value without a fixed schema, as JSON.
import { Textarea } from "@chakra-ui/react";
import { useState } from "react";

import type { Json } from "../../api/types";
import { useField, useProblemWithin } from "../../definition/FormContext";
import { fieldHint, fieldLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { FieldFrame } from "./FieldFrame";
import type { FieldProps } from "./types";

export function JsonField({ path, name, schema, required }: FieldProps) {
  const { value, set } = useField(path);
  const problem = useProblemWithin(path);
  const [typed, setTyped] = useState<string | null>(null);
  const [error, setError] = useState("");
  const change = (text: string) => {
    setTyped(text);
    try {
      set(text.trim() === "" ? undefined : (JSON.parse(text) as Json));
      setError("");
    } catch (thrown) {
      setError(t("form.json_bad", { error: (thrown as Error).message }));
    }
  };
  const shown = typed ?? (value === undefined || value === null ? "" : JSON.stringify(value, null, 2));
  const own = error ? { field: path, got: "", expected: error } : undefined;
  return (
    <FieldFrame path={path} label={`${fieldLabel(name)} (JSON)`} hint={fieldHint(name, schema) || t("form.json_value")} problem={own ?? problem} required={required} wide>
      <Textarea rows={3} fontFamily="mono" fontSize="sm" value={shown} onChange={(event) => change(event.target.value)} />
    </FieldFrame>
  );
}
