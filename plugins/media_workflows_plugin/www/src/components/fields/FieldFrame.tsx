// Label, hint and problem of one control.
import { Field } from "@chakra-ui/react";
import { type ReactNode, useContext } from "react";

import type { Problem } from "../../api/client";
import { FormContext } from "../../definition/FormContext";
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

export const fieldId = (path: string, form = "") => `field-${form}${path}`;

// The id of a field of the form around it. A dialog's fields may have the paths of those behind it, such as `name`.
export const useFieldId = (path: string) => fieldId(path, useContext(FormContext)?.id);

export function FieldFrame({ path, label, hint, problem, required, wide, children }: Props) {
  return (
    <Field.Root invalid={problem !== undefined} required={required} id={useFieldId(path)} gridColumn={wide ? "1 / -1" : undefined}>
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
