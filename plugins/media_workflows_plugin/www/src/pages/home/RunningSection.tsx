// The runs that run now: how far they are, and what holds them up.
import { Text } from "@chakra-ui/react";

import type { RunRow } from "../../api/runs";
import { type Column, DataTable } from "../../components/DataTable";
import { keyOf, RunFile, RunState, tookOf } from "../../components/runs/RunTable";
import { Section } from "../../components/Section";
import { TextLink } from "../../components/TextLink";
import { WorkflowLink } from "../../components/WorkflowLink";
import { t } from "../../i18n";
import { formatSeconds } from "../../i18n/format";
import { paths } from "../../paths";

const columns = (): Column<RunRow>[] => [
  { key: "state", label: t("runs.state"), cell: (run) => <RunState run={run} /> },
  { key: "source", label: t("run.source"), cell: (run) => <RunFile run={run} /> },
  { key: "workflow", label: t("runs.workflow"), cell: (run) => <WorkflowLink of={run} request={run.request_id} /> },
  { key: "took", label: t("runs.took"), align: "end", cell: (run) => <Text>{formatSeconds(tookOf(run))}</Text> },
];

export function RunningSection({ runs, total }: { runs: RunRow[]; total: number }) {
  if (runs.length === 0) return null;
  const all = total > runs.length && <TextLink to={paths.runsWhere({ state: "running" })}>{t("home.all_running", { count: total })}</TextLink>;
  return (
    <Section title={t("home.running_now")} tools={all}>
      <DataTable label={t("home.running_now")} columns={columns()} rows={runs} rowKey={keyOf} />
    </Section>
  );
}
