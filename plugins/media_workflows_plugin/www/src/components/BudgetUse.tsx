// How much of its month a workflow's budget has left.
import { Box, Progress, Text } from "@chakra-ui/react";

import type { BudgetStatus } from "../api/costs";
import { isUsedUp, monthParts } from "../definition/budget";
import { t } from "../i18n";

const NEARLY = 80; // per cent

function paletteOf(percent: number): string {
  if (percent >= 100) return "red";
  return percent >= NEARLY ? "orange" : "brand";
}

export function BudgetUse({ status }: { status: BudgetStatus }) {
  const parts = monthParts(status);
  if (parts.length === 0) return <Text color="fg.muted">{t("budget.no_month")}</Text>;
  return (
    <Box minW={{ base: 0, lg: "12rem" }}>
      {parts.map(({ text, percent }) => (
        <Box key={text} mb={2}>
          <Text fontSize="sm">{text}</Text>
          {percent !== null && (
            <Progress.Root value={Math.min(100, percent)} size="sm" mt={1} colorPalette={paletteOf(percent)}>
              <Progress.Track aria-label={text}>
                <Progress.Range />
              </Progress.Track>
            </Progress.Root>
          )}
        </Box>
      ))}
      {isUsedUp(status) && (
        <Text fontSize="sm" color="orange.fg">
          {t(status.budget?.when_over === "refuse" ? "budget.refuses" : "budget.asks")}
        </Text>
      )}
    </Box>
  );
}
