// One step: its place in the graph, its condition, and its job.
import { SimpleGrid } from "@chakra-ui/react";

import { ObjectFields } from "../../../components/fields/ObjectFields";
import { pieceOf } from "../../../definition/copying";
import { useForm } from "../../../definition/FormContext";
import { stepLabel } from "../../../definition/labels";
import { resolved } from "../../../definition/schema";
import { kindOf, type Step, type StepKind } from "../../../definition/steps";
import { t } from "../../../i18n";
import { Card } from "../cards/Card";
import type { CardMoves } from "../cards/useCards";
import { AfterField } from "./AfterField";
import { ConditionField } from "./ConditionField";
import { IdField } from "./IdField";
import { InputField } from "./InputField";
import { KindField } from "./KindField";
import { StepJob } from "./StepJob";

interface Props extends CardMoves {
  index: number;
  steps: Step[];
  kinds: StepKind[];
}

const BY_HAND = ["id", "after", "when", "input"];

export function StepCard({ index, steps, kinds, ...moves }: Props) {
  const { root } = useForm();
  const path = `steps[${index}]`;
  const step = steps[index]!;
  const schema = resolved(resolved(root.properties?.steps ?? {}, root).items ?? {}, root);
  const kind = kinds.find((one) => one.kind === kindOf(step));
  const name = step.id || t("form.numbered", { name: t("steps.step"), number: index + 1 });
  const title = `${index + 1}. ${kind ? stepLabel(name, kind.kind) : name}`;
  return (
    <Card list="steps" index={index} count={steps.length} name={name} title={title} piece={pieceOf(step)} {...moves}>
      <SimpleGrid columns={{ base: 1, md: 2, xl: 3 }} gap={4} mb={4}>
        <IdField index={index} steps={steps} />
        <KindField index={index} steps={steps} kinds={kinds} />
        <InputField index={index} steps={steps} />
        <AfterField index={index} steps={steps} />
        <ConditionField index={index} steps={steps} />
      </SimpleGrid>
      {kind && <StepJob path={path} kind={kind} />}
      <ObjectFields path={path} schema={schema} without={[...BY_HAND, ...kinds.map((one) => one.kind)]} />
    </Card>
  );
}
