// What cloud services would bill for the same outputs, with the page and the day of each price.
import { Box, Link, List, Text } from "@chakra-ui/react";

import type { VendorBill } from "../api/costs";
import { t } from "../i18n";
import { formatMoney, formatNumber } from "../i18n/format";

function amountOf({ amount, currency, unpriced }: VendorBill): string {
  if (amount === null) return t("costs.no_price");
  return formatMoney(amount, currency) + (unpriced > 0 ? ` (${t("costs.unpriced", { minutes: formatNumber(unpriced, 2) })})` : "");
}

export function ServiceBills({ services }: { services: VendorBill[] }) {
  return (
    <Box>
      <Text fontWeight="semibold">{t("costs.services")}</Text>
      <List.Root ps={4}>
        {services.map((bill) => (
          <List.Item key={bill.service + bill.region}>
            {bill.service}: <strong>{amountOf(bill)}</strong>{" "}
            <Text as="span" color="fg.muted">
              {t("costs.billed_minutes", { minutes: formatNumber(bill.minutes, 2), region: bill.region })}{" "}
              <Link href={bill.source} target="_blank" rel="noreferrer" variant="underline" title={bill.missing || bill.notes}>
                {t("costs.prices_of", { date: bill.read_on })}
              </Link>
            </Text>
          </List.Item>
        ))}
      </List.Root>
    </Box>
  );
}
