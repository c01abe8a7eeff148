// The rows of the list.
import { Badge, Code, Flex, Text } from "@chakra-ui/react";

import type { Workflow } from "../../api/types";
import { DataTable, type Column } from "../../components/DataTable";
import { EnabledSwitch } from "../../components/EnabledSwitch";
import { selectColumn } from "../../components/selectColumn";
import { StateBadge } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { WorkflowActions } from "../../components/WorkflowActions";
import { t } from "../../i18n";
import { formatAgo, formatTime, NONE } from "../../i18n/format";
import { paths } from "../../paths";

interface Props {
  items: Workflow[];
  selected: Set<string>;
  select: (ids: Set<string>) => void;
}

function LastRun({ workflow }: { workflow: Workflow }) {
  const run = workflow.last_run;
  if (!run) return <Text color="fg.muted">{NONE}</Text>;
  const at = run.ended_at ?? run.queued_at;
  return (
    <Flex gap={2} align="center" wrap="wrap">
      <StateBadge state={run.state} />
      <TextLink to={paths.run(workflow.id, run.run_id)} title={formatTime(at)}>
        {formatAgo(at)}
      </TextLink>
    </Flex>
  );
}

function columnsOf({ items, selected, select }: Props): Column<Workflow>[] {
  return [
    selectColumn({ rows: items, keyOf: (item) => item.id, nameOf: (item) => item.definition.name, selected, select }),
    { key: "name", label: t("list.name"), cell: (item) => <TextLink fontWeight="semibold" to={paths.workflow(item.id)}>{item.definition.name}</TextLink> },
    { key: "bucket", label: t("list.bucket"), cell: (item) => <Code>{item.definition.trigger.bucket}</Code> },
    { key: "region", label: t("list.region"), cell: (item) => item.region ?? (item.definition.trigger.region as string | null) ?? NONE },
    { key: "directory", label: t("list.directory"), cell: (item) => (item.definition.trigger.directory ? <Code dir="auto">{String(item.definition.trigger.directory)}</Code> : <Text color="fg.muted">{t("list.whole_bucket")}</Text>) },
    { key: "created", label: t("list.created"), cell: (item) => <time dateTime={item.created_at}>{formatTime(item.created_at)}</time> },
    { key: "enabled", label: t("list.enabled"), cell: (item) => <EnabledSwitch workflow={item} /> },
    { key: "last", label: t("list.last_run"), cell: (item) => <LastRun workflow={item} /> },
    { key: "failures", label: t("list.failures"), align: "end", cell: (item) => (item.failures_24h ? <Badge colorPalette="red">{item.failures_24h}</Badge> : <Text>{item.failures_24h ?? NONE}</Text>) },
    { key: "actions", label: t("list.actions"), cell: (item) => <WorkflowActions workflow={item} /> },
  ];
}

export function WorkflowTable(props: Props) {
  return <DataTable label={t("list.title")} columns={columnsOf(props)} rows={props.items} rowKey={(item) => item.id} />;
}
