// The problem of a part of a form that has no control of its own: it is shown there, and a refused save leads to it.
import { Text } from "@chakra-ui/react";

import { useField } from "../../definition/FormContext";
import { problemText } from "../../i18n/errors";
import { useFieldId } from "./FieldFrame";

export function ProblemOf({ path }: { path: string }) {
  const { problem } = useField(path);
  const id = useFieldId(path);
  if (!problem) return null;
  return (
    <Text id={id} tabIndex={-1} color="red.fg" fontSize="sm" mb={2}>
      {problemText(problem)}
    </Text>
  );
}
