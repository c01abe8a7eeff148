// The workflows that ran in the last 24 hours, those with failures first.
import { Text } from "@chakra-ui/react";

import type { WorkflowActivity } from "../../api/home";
import { type Column, DataTable } from "../../components/DataTable";
import { Section } from "../../components/Section";
import { TextLink } from "../../components/TextLink";
import { WorkflowLink } from "../../components/WorkflowLink";
import { t } from "../../i18n";
import { formatNumber } from "../../i18n/format";
import { paths } from "../../paths";
import { Sparkline } from "./Sparkline";

const DAY = { ended: "24h" };

const columns = (): Column<WorkflowActivity>[] => [
  { key: "workflow", label: t("runs.workflow"), cell: (one) => <WorkflowLink of={one} /> },
  { key: "hours", label: t("home.per_hour"), cell: (one) => <Sparkline hours={one.hours as [number, number][]} label={t("home.sparkline", { runs: one.runs, failed: one.failed })} /> },
  { key: "runs", label: t("nav.runs"), align: "end", cell: (one) => <TextLink to={paths.runsWhere({ workflow: one.workflow_id, ...DAY })}>{formatNumber(one.runs)}</TextLink> },
  {
    key: "failed",
    label: t("home.failed"),
    align: "end",
    cell: (one) => (one.failed ? <TextLink to={paths.runsWhere({ workflow: one.workflow_id, state: "failed", ...DAY })}>{formatNumber(one.failed)}</TextLink> : <Text color="fg.muted">0</Text>),
  },
];

export function ActivitySection({ workflows }: { workflows: WorkflowActivity[] }) {
  if (workflows.length === 0) return null;
  return (
    <Section title={t("home.activity")} tools={<TextLink to={paths.workflows}>{t("home.all_workflows")}</TextLink>}>
      <DataTable label={t("home.activity")} columns={columns()} rows={workflows} rowKey={(one) => one.workflow_id} />
    </Section>
  );
}
