// The job kind of a step. Another kind starts again.
import { NativeSelect } from "@chakra-ui/react";

import type { Json } from "../../../api/types";
import { FieldFrame } from "../../../components/fields/FieldFrame";
import { useForm } from "../../../definition/FormContext";
import { kindLabel } from "../../../definition/labels";
import { emptyJob, kindOf, type StepKind, withoutJob } from "../../../definition/steps";
import { firstTemplate } from "../../../hooks/useTemplates";
import { t } from "../../../i18n";
import type { StepFieldProps } from "./types";

export function KindField({ index, steps, kinds }: StepFieldProps & { kinds: StepKind[] }) {
  const { root, set } = useForm();
  const step = steps[index]!;
  const kind = kindOf(step);
  const change = async (to: string) => {
    const found = kinds.find((one) => one.kind === to);
    if (found) set(`steps[${index}]`, { ...withoutJob(step), [to]: emptyJob(found, root, (await firstTemplate(to))?.id) } as Json);
  };
  return (
    <FieldFrame path={`steps[${index}].kind`} label={t("steps.kind")} required>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field value={kind} onChange={(event) => void change(event.target.value)}>
          {!kind && <option value="">{t("form.choose")}</option>}
          {kinds.map((one) => (
            <option key={one.kind} value={one.kind}>
              {kindLabel(one.kind)}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </FieldFrame>
  );
}
