// Tags in one line, separated by commas. The input stays as typed until the field loses focus.
import { Input } from "@chakra-ui/react";
import { useState } from "react";

import { useField, useProblemWithin } from "../../definition/FormContext";
import { fieldLabel } from "../../definition/labels";
import { splitTags } from "../../definition/lists";
import { FieldFrame } from "./FieldFrame";

export function TagsField({ path, hint }: { path: string; hint: string }) {
  const { value, set } = useField(path);
  const problem = useProblemWithin(path);
  const [typed, setTyped] = useState<string | null>(null);
  const change = (text: string) => {
    setTyped(text);
    set(splitTags(text));
  };
  return (
    <FieldFrame path={path} label={fieldLabel("tags")} hint={hint} problem={problem}>
      <Input size="sm" value={typed ?? ((value ?? []) as string[]).join(", ")} onChange={(event) => change(event.target.value)} onBlur={() => setTyped(null)} />
    </FieldFrame>
  );
}
