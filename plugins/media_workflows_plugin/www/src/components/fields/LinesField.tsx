// Several texts that may contain spaces and commas, such as keys of objects: one per line.
import type { Json } from "../../api/types";
import { linesIn } from "../../definition/lists";
import { t } from "../../i18n";
import { LinesInput } from "./LinesInput";
import type { FieldProps } from "./types";

const textOf = (value: Json | undefined) => (Array.isArray(value) ? value.join("\n") : "");

function parse(text: string) {
  const lines = linesIn(text);
  return lines.length > 0 ? lines : undefined;
}

export const LinesField = (props: FieldProps) => <LinesInput {...props} lines={t("form.lines")} textOf={textOf} parse={parse} />;
