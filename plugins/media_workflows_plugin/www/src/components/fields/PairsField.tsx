// Names with their values, such as tags and headers.
import { pairLines, pairsOf } from "../../definition/pairs";
import { t } from "../../i18n";
import { LinesInput } from "./LinesInput";
import type { FieldProps } from "./types";

function parse(text: string) {
  const pairs = pairsOf(text);
  return Object.keys(pairs).length > 0 ? pairs : undefined;
}

export const PairsField = (props: FieldProps) => <LinesInput {...props} lines={t("form.pairs")} textOf={pairLines} parse={parse} />;
