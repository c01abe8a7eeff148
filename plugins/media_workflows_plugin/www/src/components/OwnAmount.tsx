// What something costs by the owner's prices; without any, where they are set.
import { Text } from "@chakra-ui/react";

import type { OwnCost } from "../api/costs";
import { t } from "../i18n";
import { formatMoney } from "../i18n/format";

export function OwnAmount({ own }: { own: OwnCost | null }) {
  if (!own) return <Text color="fg.muted">{t("costs.no_own_prices")}</Text>;
  const parts: [string, number | null][] = [
    [t("costs.cpu"), own.cpu],
    [t("costs.storage"), own.storage],
    [t("costs.transfer"), own.transfer],
  ];
  const listed = parts.filter(([, amount]) => amount !== null).map(([name, amount]) => `${name} ${formatMoney(amount!, own.currency)}`);
  return (
    <Text>
      {t("costs.own")}: <strong>{formatMoney(own.total, own.currency)}</strong> ({listed.join(", ")})
    </Text>
  );
}
