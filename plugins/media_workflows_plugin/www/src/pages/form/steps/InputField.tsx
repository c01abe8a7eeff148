// What a step reads: the uploaded object, or what another step has made.
import { NativeSelect } from "@chakra-ui/react";

import { FieldFrame } from "../../../components/fields/FieldFrame";
import { useField } from "../../../definition/FormContext";
import { fieldLabel } from "../../../definition/labels";
import { inputOf, makesMedia, mayPrecede, SOURCE } from "../../../definition/steps";
import { t } from "../../../i18n";
import type { StepFieldProps } from "./types";

export function InputField({ index, steps }: StepFieldProps) {
  const path = `steps[${index}].input`;
  const { set, problem } = useField(path);
  const step = steps[index]!;
  const chosen = inputOf(step);
  const ids = steps.filter((other) => other.id && makesMedia(other) && mayPrecede(steps, other.id, step.id)).map((other) => other.id);
  const shown = chosen === SOURCE || ids.includes(chosen) ? ids : [...ids, chosen];
  return (
    <FieldFrame path={path} label={fieldLabel("input")} hint={t("hint.input")} problem={problem}>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field value={chosen} onChange={(event) => set(event.target.value === SOURCE ? undefined : event.target.value)}>
          <option value={SOURCE}>{t("run.source")}</option>
          {shown.map((id) => (
            <option key={id} value={id}>
              {t("steps.output_of", { id })}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </FieldFrame>
  );
}
