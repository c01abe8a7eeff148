// Several texts in one line, separated by commas. The input stays as typed until the field loses focus.
import { Input } from "@chakra-ui/react";
import { useState } from "react";

import { useField, useProblemWithin } from "../../definition/FormContext";
import { fieldHint, fieldLabel } from "../../definition/labels";
import { splitCommas, splitList } from "../../definition/lists";
import { t } from "../../i18n";
import { FieldFrame } from "./FieldFrame";
import type { FieldProps } from "./types";

// Neither holds a space.
const WITHOUT_SPACES = new Set(["time_offsets", "formats", "to", "systems"]);

export function ListField({ path, name, schema, required }: FieldProps) {
  const { value, set } = useField(path);
  const problem = useProblemWithin(path);
  const stored = Array.isArray(value) ? value.join(", ") : "";
  const [typed, setTyped] = useState<string | null>(null);
  const change = (text: string) => {
    setTyped(text);
    const items = (WITHOUT_SPACES.has(name) ? splitList : splitCommas)(text);
    set(items.length > 0 || required ? items : undefined);
  };
  const byDefault = Array.isArray(schema.default) ? schema.default.join(", ") : undefined;
  const hint = [fieldHint(name, schema), t("form.commas")].filter(Boolean).join(" · ");
  return (
    <FieldFrame path={path} label={fieldLabel(name)} hint={hint} problem={problem} required={required}>
      <Input size="sm" value={typed ?? stored} placeholder={byDefault} onChange={(event) => change(event.target.value)} onBlur={() => setTyped(null)} />
    </FieldFrame>
  );
}
