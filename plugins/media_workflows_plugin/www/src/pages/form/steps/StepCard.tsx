// One step: its place in the graph, its condition, and its job.
import { Box, Button, Flex, Heading, SimpleGrid, Text } from "@chakra-ui/react";

import { fieldId } from "../../../components/fields/FieldFrame";
import { ObjectFields } from "../../../components/fields/ObjectFields";
import { useField, useForm } from "../../../definition/FormContext";
import { stepLabel } from "../../../definition/labels";
import { resolved } from "../../../definition/schema";
import { kindOf, type Step, type StepKind } from "../../../definition/steps";
import { t } from "../../../i18n";
import { problemText } from "../../../i18n/errors";
import { AfterField } from "./AfterField";
import { ConditionField } from "./ConditionField";
import { IdField } from "./IdField";
import { InputField } from "./InputField";
import { KindField } from "./KindField";
import { StepJob } from "./StepJob";

interface Props {
  index: number;
  steps: Step[];
  kinds: StepKind[];
  duplicate: () => void;
  remove: () => void;
  move: (by: -1 | 1) => void;
}

const BY_HAND = ["id", "after", "when", "input"];

export function StepCard({ index, steps, kinds, duplicate, remove, move }: Props) {
  const { root } = useForm();
  const path = `steps[${index}]`;
  const { problem } = useField(path);
  const step = steps[index]!;
  const schema = resolved(resolved(root.properties?.steps ?? {}, root).items ?? {}, root);
  const kind = kinds.find((one) => one.kind === kindOf(step));
  const name = step.id || t("form.numbered", { name: t("steps.step"), number: index + 1 });
  const named = (action: string) => t("action.named", { action, name });
  return (
    <Box as="fieldset" borderWidth={1} borderRadius="md" bg="bg.subtle" p={3} mb={3} minW={0} aria-label={name} data-testid={path}>
      <Flex justify="space-between" mb={3} gap={2} wrap="wrap">
        <Heading as="h3" size="sm" id={fieldId(path)} tabIndex={-1} overflowWrap="anywhere">
          {index + 1}. {kind ? stepLabel(name, kind.kind) : name}
        </Heading>
        <Flex gap={1} wrap="wrap">
          <Button size="xs" variant="ghost" id={`step-${index}-up`} disabled={index === 0} onClick={() => move(-1)} aria-label={named(t("steps.up"))}>
            {t("steps.up")}
          </Button>
          <Button size="xs" variant="ghost" id={`step-${index}-down`} disabled={index === steps.length - 1} onClick={() => move(1)} aria-label={named(t("steps.down"))}>
            {t("steps.down")}
          </Button>
          <Button size="xs" variant="ghost" onClick={duplicate} aria-label={named(t("action.duplicate"))}>
            {t("action.duplicate")}
          </Button>
          <Button size="xs" variant="ghost" colorPalette="red" onClick={remove} aria-label={t("form.remove_named", { name })}>
            {t("form.remove")}
          </Button>
        </Flex>
      </Flex>
      {problem && (
        <Text color="red.fg" fontSize="sm" mb={2}>
          {problemText(problem)}
        </Text>
      )}
      <SimpleGrid columns={{ base: 1, md: 2, xl: 3 }} gap={4} mb={4}>
        <IdField index={index} steps={steps} />
        <KindField index={index} steps={steps} kinds={kinds} />
        <InputField index={index} steps={steps} />
        <AfterField index={index} steps={steps} />
        <ConditionField index={index} steps={steps} />
      </SimpleGrid>
      {kind && <StepJob path={path} kind={kind} />}
      <ObjectFields path={path} schema={schema} without={[...BY_HAND, ...kinds.map((one) => one.kind)]} />
    </Box>
  );
}
