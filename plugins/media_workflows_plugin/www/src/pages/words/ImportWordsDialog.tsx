// Words from a CSV file: all or none, unless bad lines may be left out. Every bad line is named.
import { Input, Text } from "@chakra-ui/react";
import { useRef } from "react";

import { base64Of } from "../../api/base64";
import { queries } from "../../api/queries";
import type { JsonObject } from "../../api/types";
import { importWords, MAX_LIST_BYTES, WORD_LIST_ENCODINGS, type WordImport, type WordListFile } from "../../api/words";
import { ChoiceField } from "../../components/fields/ChoiceField";
import { FieldFrame } from "../../components/fields/FieldFrame";
import { FlagField } from "../../components/fields/FlagField";
import { takeFiles } from "../../components/fields/takeFiles";
import { FormDialog } from "../../components/FormDialog";
import { useField, useForm } from "../../definition/FormContext";
import { showError, showSuccess } from "../../hooks/messages";
import { t } from "../../i18n";
import { LineProblems } from "./LineProblems";

const START = { content: "", file: "", encoding: "auto", existing: "refuse", skip_bad_rows: false };

function FileField() {
  const { set, problem } = useField("content");
  const file = useField("file");
  const take = async ([chosen]: File[]) => {
    if (!chosen) return;
    // A larger one is refused by the server, too, but only after it was read into memory.
    const isTooLarge = chosen.size > MAX_LIST_BYTES;
    if (isTooLarge) showError(new Error(t("words.too_large", { name: chosen.name })));
    const content = isTooLarge ? "" : await base64Of(chosen);
    file.set(isTooLarge ? "" : chosen.name);
    set(content);
  };
  return (
    <FieldFrame path="content" label={t("words.file")} hint={t("words.import_hint")} problem={problem} required>
      <Input size="sm" p={1} type="file" accept=".csv,.txt,text/csv" onChange={({ target }) => take(takeFiles(target))} />
      {file.value && <Text fontSize="sm">{String(file.value)}</Text>}
    </FieldFrame>
  );
}

function BadLines() {
  return <LineProblems problems={useForm().problems.filter(({ field }) => field.startsWith("lines"))} />;
}

interface Props {
  leftOut: (done: WordImport) => void; // with the bad lines, if there are any
  close: () => void;
}

export function ImportWordsDialog({ leftOut, close }: Props) {
  const done = useRef<WordImport | null>(null);
  const save = async ({ file: _, ...value }: JsonObject) => {
    const made = await importWords(value as unknown as WordListFile);
    await queries.invalidateQueries({ queryKey: ["words"] });
    const { encoding, added, replaced, kept, bad_rows } = made;
    showSuccess(t("words.imported", { encoding: encoding.toUpperCase(), added, replaced, kept, bad: bad_rows }));
    if (made.problems.length > 0) done.current = made;
  };
  // A dialog that opens before this one has closed would be closed with it.
  const end = () => {
    close();
    if (done.current) leftOut(done.current);
  };
  return (
    <FormDialog title={t("words.import")} start={START} confirm={t("words.import_send")} save={save} close={end}>
      <FileField />
      <ChoiceField path="existing" name="existing" schema={{ enum: ["refuse", "replace", "keep"] }} />
      <ChoiceField path="encoding" name="encoding" schema={{ enum: WORD_LIST_ENCODINGS }} />
      <FlagField path="skip_bad_rows" name="skip_bad_rows" schema={{}} />
      <BadLines />
    </FormDialog>
  );
}
