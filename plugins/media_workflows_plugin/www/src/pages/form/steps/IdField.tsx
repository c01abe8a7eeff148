// The id of a step. What names the step follows a new id once it is typed.
import { Input } from "@chakra-ui/react";
import { useRef } from "react";

import type { Json } from "../../../api/types";
import { FieldFrame } from "../../../components/fields/FieldFrame";
import { isComposing } from "../../../components/isComposing";
import { useField, useForm } from "../../../definition/FormContext";
import { fieldLabel } from "../../../definition/labels";
import { renamed } from "../../../definition/steps";
import { t } from "../../../i18n";
import type { StepFieldProps } from "./types";

export function IdField({ index, steps }: StepFieldProps) {
  const { set } = useForm();
  const path = `steps[${index}].id`;
  const { problem } = useField(path);
  const id = steps[index]!.id;
  const before = useRef(id);
  const isUnique = (name: string) => steps.every((step, at) => at === index || step.id !== name);
  const settle = () => {
    const from = before.current;
    if (from && id && from !== id && isUnique(from) && isUnique(id)) set("steps", renamed(steps, from, id) as Json);
    before.current = id;
  };
  return (
    <FieldFrame path={path} label={fieldLabel("id")} hint={t("hint.id")} problem={problem} required>
      <Input
        size="sm"
        value={id}
        spellCheck={false}
        autoCapitalize="none"
        onFocus={() => {
          before.current = id;
        }}
        onBlur={settle}
        onKeyDown={(event) => event.key === "Enter" && !isComposing(event) && settle()}
        onChange={(event) => set(path, event.target.value)}
      />
    </FieldFrame>
  );
}
