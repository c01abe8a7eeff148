// The condition of a step: checked as it is typed, with completion, and with a try-out on an object or a run.
import { Box, Text, Textarea } from "@chakra-ui/react";
import { useId } from "react";

import { FieldFrame } from "../../../components/fields/FieldFrame";
import { Fold } from "../../../components/Fold";
import { useField } from "../../../definition/FormContext";
import { fieldLabel } from "../../../definition/labels";
import { textAt } from "../../../definition/steps";
import { t } from "../../../i18n";
import { ConditionTry } from "./ConditionTry";
import { NameList } from "./NameList";
import type { StepFieldProps } from "./types";
import { useCompletion } from "./useCompletion";
import { useConditionCheck } from "./useConditionCheck";

export function ConditionField({ index, steps }: StepFieldProps) {
  const path = `steps[${index}].when`;
  const { set, problem } = useField(path);
  const list = useId();
  const text = textAt(steps[index]!, "when");
  const change = (next: string) => set(next === "" ? undefined : next);
  const completion = useCompletion({ index, steps, text, change });
  const check = useConditionCheck(text);
  const shown = problem ?? check.problem;
  return (
    <Box gridColumn="1 / -1" position="relative">
      <FieldFrame path={path} label={fieldLabel("when")} hint={t("hint.when")} problem={shown}>
        <Textarea
          ref={completion.input}
          size="sm"
          rows={Math.max(1, text.split("\n").length)}
          fontFamily="mono"
          spellCheck={false}
          autoCapitalize="none"
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={completion.names.length > 0 ? list : undefined}
          aria-activedescendant={completion.active >= 0 ? `${list}-${completion.active}` : undefined}
          value={text}
          placeholder="source.short_edge >= 1080"
          onChange={completion.onChange}
          onKeyDown={completion.onKeyDown}
          onBlur={completion.close}
        />
      </FieldFrame>
      <NameList id={list} names={completion.names} active={completion.active} take={completion.take} />
      <Text fontSize="sm" color="green.fg" role="status" minH="1.25rem">
        {!shown && check.isValid && t("condition.valid")}
      </Text>
      {text && (
        <Fold title={t("condition.try_title")}>
          <ConditionTry expression={text} steps={steps} step={steps[index]!.id} />
        </Fold>
      )}
    </Box>
  );
}
