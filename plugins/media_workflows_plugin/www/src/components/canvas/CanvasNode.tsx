// One step on the canvas: its id, kind, condition and state.
import { Box, Flex, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { kindLabel } from "../../definition/labels";
import { kindOf, type Step, textAt } from "../../definition/steps";
import { t } from "../../i18n";
import { StateBadge } from "../StateBadge";

interface Props {
  step: Step;
  state?: string;
  isInvalid?: boolean;
  menu?: ReactNode;
}

export function CanvasNode({ step, state, isInvalid = false, menu }: Props) {
  const kind = kindOf(step);
  const when = textAt(step, "when");
  return (
    <Box role="group" aria-label={step.id} data-testid={`node-${step.id}`} h="100%" borderWidth={1} borderStartWidth={4} borderColor={isInvalid ? "red.solid" : "border"} borderStartColor={isInvalid ? "red.solid" : "brand.solid"} borderRadius="md" bg="bg" color="fg" p={2} textAlign="start" overflow="hidden">
      <Flex justify="space-between" align="start" gap={1}>
        <Text fontSize="sm" fontWeight="semibold" lineClamp={1} title={step.id}>
          {step.id}
        </Text>
        {menu}
      </Flex>
      <Text fontSize="xs" color="fg.muted">
        {kind && kindLabel(kind)}
      </Text>
      {when && (
        <Text fontSize="xs" fontFamily="mono" lineClamp={2} overflowWrap="anywhere" title={when}>
          {t("graph.when", { condition: when })}
        </Text>
      )}
      {isInvalid && (
        <Text fontSize="xs" color="red.fg">
          {t("canvas.invalid")}
        </Text>
      )}
      {state && <StateBadge state={state} />}
    </Box>
  );
}
