// The keys of objects, one per line, typed or chosen from the bucket.
import { Field, Input, Textarea } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";

import { listDirectories, listObjects } from "../../api/definition";
import { FieldFrame } from "../../components/fields/FieldFrame";
import { isComposing } from "../../components/isComposing";
import { useField, useForm, useProblemWithin } from "../../definition/FormContext";
import { splitLines } from "../../definition/lists";
import { sourcePlace } from "../../definition/sourcePlace";
import { useDebounced } from "../../hooks/useDebounced";
import { t } from "../../i18n";

const MAX_ROWS = 12;

// An object that is chosen is added at once; a directory is opened.
function Browser({ add }: { add: (key: string) => void }) {
  const list = useId();
  const [typed, setTyped] = useState("");
  const bucket = useDebounced(sourcePlace(useForm().value).bucket);
  const prefix = useDebounced(typed);
  const enabled = bucket.length > 2;
  const objects = useQuery({ queryKey: ["objects", bucket, prefix], queryFn: () => listObjects(bucket, prefix), enabled }).data?.items ?? [];
  const above = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const directories = useQuery({ queryKey: ["directories", bucket, above], queryFn: () => listDirectories(bucket, above), enabled }).data ?? [];
  const take = (key: string) => {
    add(key);
    setTyped("");
  };
  const change = (text: string) => (objects.some(({ key }) => key === text) ? take(text) : setTyped(text));
  return (
    <Field.Root>
      <Field.Label>{t("process.browse")}</Field.Label>
      <Input
        size="sm"
        list={list}
        autoComplete="off"
        disabled={!enabled}
        value={typed}
        onChange={(event) => change(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || isComposing(event)) return;
          event.preventDefault(); // does not send the form
          if (typed.trim()) take(typed.trim());
        }}
      />
      <datalist id={list}>
        {[...directories, ...objects.map(({ key }) => key)].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Field.HelperText>{t("process.browse_hint")}</Field.HelperText>
    </Field.Root>
  );
}

export function KeysField() {
  const { value, set } = useField("keys");
  const problem = useProblemWithin("keys");
  const [typed, setTyped] = useState<string | null>(null); // as it stands until the field loses the focus
  const keys = Array.isArray(value) ? value.map(String) : [];
  const change = (text: string) => {
    setTyped(text);
    set(splitLines(text));
  };
  return (
    <>
      <Browser add={(key) => set([...new Set([...keys, key])])} />
      <FieldFrame path="keys" label={t("process.keys")} hint={t("process.keys_hint")} problem={problem} required wide>
        <Textarea size="sm" fontFamily="mono" rows={Math.min(MAX_ROWS, Math.max(2, keys.length + 1))} value={typed ?? keys.join("\n")} onChange={(event) => change(event.target.value)} onBlur={() => setTyped(null)} />
      </FieldFrame>
    </>
  );
}
