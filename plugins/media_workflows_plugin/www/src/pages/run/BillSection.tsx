// What the run used and costs, and what cloud services would bill for the same outputs.
import { Box, SimpleGrid, Text } from "@chakra-ui/react";

import type { RunReport } from "../../api/runs";
import { OwnAmount } from "../../components/OwnAmount";
import { Section } from "../../components/Section";
import { ServiceBills } from "../../components/ServiceBills";
import { t } from "../../i18n";
import { formatBytes, formatNumber, formatSeconds } from "../../i18n/format";

export function BillSection({ run }: { run: RunReport }) {
  if (!run.bill) return null;
  const { usage, own, services } = run.bill;
  const numbers = [
    [t("costs.cpu_minutes"), formatNumber(usage.cpu_s / 60, 2)],
    [t("costs.step_time"), formatSeconds(usage.wall_s)],
    [t("costs.bytes_in"), formatBytes(usage.bytes_in)],
    [t("costs.bytes_out"), formatBytes(usage.bytes_out)],
  ];
  return (
    <Section title={t("costs.bill")} hint={t("costs.bill_hint")}>
      <SimpleGrid columns={{ base: 2, md: 4 }} gap={3} mb={2}>
        {numbers.map(([name, value]) => (
          <Box key={name}>
            <Text color="fg.muted" fontSize="sm">
              {name}
            </Text>
            <Text fontWeight="semibold">{value}</Text>
          </Box>
        ))}
      </SimpleGrid>
      <OwnAmount own={own} />
      <ServiceBills services={services} />
    </Section>
  );
}
