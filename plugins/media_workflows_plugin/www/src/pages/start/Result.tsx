// What a definition makes: its steps in words, the graph, and what it requires that is not installed.
import { Box, Code, List, Text } from "@chakra-ui/react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { graphOf, validate } from "../../api/definition";
import type { Definition } from "../../api/types";
import { JobGraph } from "../../components/JobGraph";
import { UnavailableNote } from "../../components/UnavailableNote";
import { stepLabel } from "../../definition/labels";
import { kindOf, type Step, stepsIn, textAt } from "../../definition/steps";
import { stepText } from "../../definition/words";
import { useTemplates } from "../../hooks/useTemplates";
import { t } from "../../i18n";

function InWords({ step }: { step: Step }) {
  const text = stepText(step, useTemplates(kindOf(step)));
  const condition = textAt(step, "when");
  return (
    <List.Item>
      <Text as="span" fontWeight="semibold">
        {stepLabel(step.id, kindOf(step))}
      </Text>
      {text && `: ${text}`}
      {condition && (
        <Code display="block" size="xs" whiteSpace="pre-wrap" overflowWrap="anywhere" variant="plain">
          {t("graph.when", { condition })}
        </Code>
      )}
    </List.Item>
  );
}

export function Result({ definition }: { definition: Definition }) {
  const graph = useQuery({ queryKey: ["graph", definition], queryFn: () => graphOf(definition), placeholderData: keepPreviousData, gcTime: 0 }).data;
  const check = useQuery({ queryKey: ["validate", definition], queryFn: () => validate(definition), placeholderData: keepPreviousData, gcTime: 0 }).data;
  return (
    <Box aria-live="polite">
      <UnavailableNote of={check?.unavailable ?? []} />
      <List.Root as="ol" ps={5} gap={1} mb={4}>
        {stepsIn(definition).map((step) => (
          <InWords key={step.id} step={step} />
        ))}
      </List.Root>
      {graph && <JobGraph graph={graph} />}
    </Box>
  );
}
