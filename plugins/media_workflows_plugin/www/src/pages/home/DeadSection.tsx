// The deliveries that were given up, by workflow, with their resend.
import { Text } from "@chakra-ui/react";

import type { Home } from "../../api/home";
import { type Column, DataTable } from "../../components/DataTable";
import { Section } from "../../components/Section";
import { TextLink } from "../../components/TextLink";
import { WorkflowLink } from "../../components/WorkflowLink";
import { t } from "../../i18n";
import { formatAgo, formatNumber } from "../../i18n/format";
import { paths } from "../../paths";
import { DeadDeliveries } from "../workflow/DeadDeliveries";

type Dead = Home["dead"][number];

const columns = (): Column<Dead>[] => [
  { key: "workflow", label: t("runs.workflow"), cell: (one) => <WorkflowLink of={one} /> },
  { key: "count", label: t("home.given_up"), align: "end", cell: (one) => <TextLink to={paths.deliveriesWhere({ state: "dead", workflow: one.workflow_id })}>{formatNumber(one.deliveries)}</TextLink> },
  { key: "since", label: t("home.since"), cell: (one) => <Text>{formatAgo(one.first_at)}</Text> },
  { key: "resend", label: t("list.actions"), cell: (one) => <DeadDeliveries workflow={one.workflow_id} /> },
];

export function DeadSection({ dead }: { dead: Home["dead"] }) {
  if (dead.length === 0) return null;
  return (
    <Section title={t("home.dead")}>
      <DataTable label={t("home.dead")} columns={columns()} rows={dead} rowKey={(one) => one.workflow_id} />
    </Section>
  );
}
