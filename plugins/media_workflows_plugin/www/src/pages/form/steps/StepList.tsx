// The steps, a card for each, in the order of the definition.
import { Box, Text, VisuallyHidden } from "@chakra-ui/react";
import { useState } from "react";

import type { Json } from "../../../api/types";
import { fieldId } from "../../../components/fields/FieldFrame";
import { Fold } from "../../../components/Fold";
import { useField, useForm } from "../../../definition/FormContext";
import { moved } from "../../../definition/lists";
import { emptyJob, freeId, inserted, kindsOf, removed, type Step, stepsIn } from "../../../definition/steps";
import { firstTemplate } from "../../../hooks/useTemplates";
import { t } from "../../../i18n";
import { problemText } from "../../../i18n/errors";
import { AddButtons } from "../AddButtons";
import { type MoveControl, moveId, useCards } from "../cards/useCards";
import { StepCanvas } from "./StepCanvas";
import { StepCard } from "./StepCard";

export function StepList() {
  const { root, value, set } = useForm();
  const { problem } = useField("steps");
  const [said, say] = useState("");
  const steps = stepsIn(value);
  const cards = useCards(steps.length);
  const kinds = kindsOf(root);
  const change = (next: Step[], message: string, ...focused: string[]) => {
    cards.focus(...focused);
    set("steps", next as Json);
    say(message);
  };
  const heading = (index: number) => fieldId(`steps[${index}]`);
  const add = async (kind: string) => {
    const found = kinds.find((one) => one.kind === kind)!;
    const job = emptyJob(found, root, (await firstTemplate(kind))?.id);
    const id = freeId(steps, kind);
    change([...steps, { id, [kind]: job }], t("steps.added", { id }), heading(steps.length));
  };
  const actions = (index: number) => ({
    duplicate: () => {
      const id = freeId(steps, steps[index]!.id);
      cards.added(index + 1);
      change(inserted(steps, index + 1, { ...structuredClone(steps[index]!), id }), t("steps.added", { id }), heading(index + 1));
    },
    remove: () => {
      cards.removed(index);
      change(removed(steps, index), t("steps.removed", { id: steps[index]!.id }), heading(Math.min(index, steps.length - 2)), fieldId("steps"));
    },
    move: (to: number, control: MoveControl) => {
      const id = (which: MoveControl) => moveId(`steps[${to}]`, which);
      cards.moved(index, to);
      change(moved(steps, index, to), t("steps.moved", { id: steps[index]!.id, number: to + 1, count: steps.length }), id(control), id("grip"));
    },
  });
  return (
    <>
      {problem && (
        <Text color="red.fg" fontSize="sm" role="alert">
          {problemText(problem)}
        </Text>
      )}
      {steps.length > 0 && (
        <Box mb={3}>
          <Fold title={t("canvas.title")}>
            <StepCanvas steps={steps} kinds={kinds} />
          </Fold>
        </Box>
      )}
      {steps.map((_, index) => (
        <StepCard key={cards.keyAt(index)} index={index} steps={steps} kinds={kinds} {...actions(index)} />
      ))}
      {steps.length === 0 && <Text color="fg.muted">{t("steps.none")}</Text>}
      <AddButtons path="steps" label={t("steps.add")} kinds={kinds.map(({ kind }) => kind)} add={add} />
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}
