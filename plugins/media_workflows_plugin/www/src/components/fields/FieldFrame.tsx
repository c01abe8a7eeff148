// Label, hint and problem of one control.
import { Field } from "@chakra-ui/react";
import type { ReactNode } from "react";

import type { Problem } from "../../api/client";
import { fieldProblemText } from "../../i18n/errors";

interface Props {
  path: string;
  label: string;
  hint?: string;
  problem?: Problem;
  required?: boolean;
  wide?: boolean;
  children: ReactNode;
}

export const fieldId = (path: string) => `field-${path}`;

export function FieldFrame({ path, label, hint, problem, required, wide, children }: Props) {
  return (
    <Field.Root invalid={problem !== undefined} required={required} id={fieldId(path)} gridColumn={wide ? "1 / -1" : undefined}>
      <Field.Label>
        {label}
        <Field.RequiredIndicator />
      </Field.Label>
      {children}
      <Field.ErrorText color="red.fg">{problem && fieldProblemText(problem)}</Field.ErrorText>
      {hint && <Field.HelperText>{hint}</Field.HelperText>}
    </Field.Root>
  );
}
