// The workflows with a budget: what is used of it this month, and their runs that wait for a person because of it.
import type { WorkflowBudget } from "../../api/costs";
import { WaitingApprovals } from "../../components/approvals/WaitingApprovals";
import { BudgetUse } from "../../components/BudgetUse";
import { type Column, DataTable } from "../../components/DataTable";
import { Section } from "../../components/Section";
import { WorkflowLink } from "../../components/WorkflowLink";
import { limitText } from "../../definition/budget";
import { choiceLabel } from "../../definition/labels";
import { BUDGET_STEP } from "../../definition/ours";
import { t } from "../../i18n";
import { NONE } from "../../i18n/format";

const columns = (currency: string): Column<WorkflowBudget>[] => [
  { key: "workflow", label: t("runs.workflow"), cell: (row) => <WorkflowLink of={row} /> },
  { key: "month", label: t("budget.this_month"), cell: (row) => <BudgetUse status={row} /> },
  { key: "run", label: t("field.per_run"), cell: ({ budget }) => (budget?.per_run ? limitText(budget.per_run, currency) : NONE) },
  { key: "over", label: t("field.when_over"), cell: ({ budget }) => (budget ? choiceLabel("when_over", budget.when_over) : NONE) },
];

export function Budgets({ budgets, currency }: { budgets: WorkflowBudget[]; currency: string }) {
  if (budgets.length === 0) return null;
  return (
    <>
      <WaitingApprovals step={BUDGET_STEP} />
      <Section title={t("budget.list")} hint={t("budget.hint")}>
        <DataTable label={t("budget.list")} columns={columns(currency)} rows={budgets} rowKey={(row) => row.workflow_id} />
      </Section>
    </>
  );
}
