// The budgets of workflows, and what the runs of each workflow used and cost, by month.
import { Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { type Costs, getCosts } from "../../api/costs";
import { type Column, DataTable } from "../../components/DataTable";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { WorkflowLink } from "../../components/WorkflowLink";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatBytes, formatMoney, formatNumber, formatSeconds, NONE } from "../../i18n/format";
import { Budgets } from "./Budgets";

type Month = Costs["months"][number];

const columns = (): Column<Month>[] => [
  { key: "month", label: t("costs.month"), cell: ({ month }) => month },
  { key: "workflow", label: t("nav.workflows"), cell: (row) => <WorkflowLink of={row} /> },
  { key: "runs", label: t("nav.runs"), align: "end", cell: ({ runs }) => formatNumber(runs) },
  { key: "cpu", label: t("costs.cpu_minutes"), align: "end", cell: ({ cpu_s }) => formatNumber(cpu_s / 60, 2) },
  { key: "time", label: t("costs.step_time"), align: "end", cell: ({ worker_s }) => formatSeconds(worker_s) },
  { key: "in", label: t("costs.bytes_in"), align: "end", cell: ({ bytes_in }) => formatBytes(bytes_in) },
  { key: "out", label: t("costs.bytes_out"), align: "end", cell: ({ bytes_out }) => formatBytes(bytes_out) },
  { key: "cost", label: t("costs.own"), align: "end", cell: ({ own }) => (own ? formatMoney(own.total, own.currency) : NONE) },
];

export function CostsPage() {
  const costs = useQuery({ queryKey: ["costs"], queryFn: getCosts });
  return (
    <>
      <PageHead title={t("nav.costs")} hint={t("costs.hint")} />
      <Loaded of={costs}>
        {({ budgets, months, problems, prices }) => (
          <>
            {problems.map((problem) => (
              <Text key={problem} color="red.fg" mb={2}>
                {t("costs.table_left_out")}: {messageText(problem)}
              </Text>
            ))}
            {[prices.per_cpu_hour, prices.per_gb_stored, prices.per_gb_transferred].every((price) => price === null) && (
              <Text color="fg.muted" mb={2}>
                {t("costs.no_own_prices")}
              </Text>
            )}
            <Budgets budgets={budgets} currency={prices.currency} />
            {months.length === 0 ? <Text color="fg.muted">{t("costs.empty")}</Text> : <DataTable label={t("nav.costs")} columns={columns()} rows={months} rowKey={({ month, workflow_id }) => `${month} ${workflow_id}`} />}
          </>
        )}
      </Loaded>
    </>
  );
}
