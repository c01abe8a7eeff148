// A value typed as lines. The text stays as typed until the field loses focus.
import { Textarea } from "@chakra-ui/react";
import { useState } from "react";

import type { Json } from "../../api/types";
import { useField, useProblemWithin } from "../../definition/FormContext";
import { fieldHint, fieldLabel } from "../../definition/labels";
import { FieldFrame } from "./FieldFrame";
import type { FieldProps } from "./types";

interface Props extends FieldProps {
  lines: string; // what is said of them
  textOf: (value: Json | undefined) => string;
  parse: (text: string) => Json | undefined;
}

export function LinesInput({ path, name, schema, required, lines, textOf, parse }: Props) {
  const { value, set } = useField(path);
  const problem = useProblemWithin(path);
  const [typed, setTyped] = useState<string | null>(null);
  const change = (text: string) => {
    setTyped(text);
    set(parse(text));
  };
  const hint = [fieldHint(name, schema), lines].filter(Boolean).join(" · ");
  return (
    <FieldFrame path={path} label={fieldLabel(name)} hint={hint} problem={problem} required={required} wide>
      <Textarea size="sm" rows={2} value={typed ?? textOf(value)} onChange={(event) => change(event.target.value)} onBlur={() => setTyped(null)} />
    </FieldFrame>
  );
}
