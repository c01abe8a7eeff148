// The requests for ad-hoc processing, newest first.
import { Code, Flex, Text } from "@chakra-ui/react";
import { LuZap } from "react-icons/lu";

import { isMoving, listProcesses, type Process } from "../../api/processes";
import { Choice } from "../../components/Choice";
import { type Column, DataTable } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { Pager } from "../../components/Pager";
import { PeriodChoice, sinceOf } from "../../components/PeriodChoice";
import { StateBadge, stateLabel } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { PROCESS_DAG } from "../../definition/ours";
import { useListParams } from "../../hooks/useListParams";
import { useMe } from "../../hooks/useMe";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatNumber, formatTime } from "../../i18n/format";
import { paths } from "../../paths";
import { BackfillProgress } from "../backfills/BackfillProgress";
import { CancelProcess } from "./CancelProcess";
import { sourceText } from "./sourceText";

const STATES = ["running", "finished", "cancelled"];

const COLUMNS: () => Column<Process>[] = () => [
  {
    key: "state",
    label: t("runs.state"),
    cell: (item) => (
      <div>
        <StateBadge state={item.state} />
        {item.problem && <Text fontSize="sm" color="orange.fg">{messageText(item.problem)}</Text>}
      </div>
    ),
  },
  { key: "id", label: t("process.request"), cell: (item) => <TextLink to={paths.process(item.request_id)}>{item.request_id}</TextLink> },
  { key: "source", label: t("run.source"), cell: (item) => <Code size="sm" dir="auto" overflowWrap="anywhere">{sourceText(item)}</Code> },
  { key: "count", label: t("backfills.objects"), align: "end", cell: (item) => <Text>{formatNumber(item.total)}</Text> },
  { key: "progress", label: t("backfills.progress"), cell: (item) => <BackfillProgress of={item} name={item.request_id} /> },
  { key: "by", label: t("process.by"), cell: (item) => <Text>{item.created_by}</Text> },
  { key: "created", label: t("backfills.created"), cell: (item) => <Text>{formatTime(item.created_at)}</Text> },
  { key: "actions", label: t("list.actions"), cell: (item) => <CancelProcess process={item} /> },
];

function Introduction() {
  return <Empty icon={<LuZap aria-hidden />} title={t("process.empty_title")} text={t("process.empty_text")} steps={[t("process.empty_step_1"), t("process.empty_step_2"), t("process.empty_step_3")]} />;
}

export function ProcessListPage() {
  const { value, offset, limit, go, pick } = useListParams();
  const { can_run } = useMe(PROCESS_DAG);
  const filter = { state: value("state"), since: sinceOf(value("period")) };
  const isFiltered = filter.state !== "" || filter.since !== "";
  const page = usePolled(["process", "list", filter, offset, limit], () => listProcesses(filter, offset, limit), ({ items }) => items.some(isMoving));
  return (
    <>
      <PageHead title={t("process.title")} hint={t("process.hint")}>
        <LinkButton size="sm" variant="outline" to={paths.airflowDag(PROCESS_DAG)}>
          {t("run.in_airflow")}
        </LinkButton>
        {can_run && (
          <LinkButton size="sm" colorPalette="brand" to={paths.newProcess()}>
            {t("process.new")}
          </LinkButton>
        )}
      </PageHead>
      <Flex gap={2} mb={3} wrap="wrap" role="search">
        <Choice label={t("runs.state")} value={filter.state} options={STATES.map((state) => [state, stateLabel(state)])} all={t("backfills.any_state")} pick={(state) => pick({ state })} />
        <PeriodChoice value={value("period")} pick={(period) => pick({ period })} />
      </Flex>
      <Loaded of={page}>
        {({ items, total, total_is_exact }) => (
          <>
            {total > 0 && <DataTable label={t("process.title")} columns={COLUMNS()} rows={items} rowKey={(item) => item.request_id} />}
            {total === 0 && (isFiltered ? <Text color="fg.muted">{t("process.none_found")}</Text> : <Introduction />)}
            <Pager label={t("process.title")} offset={offset} limit={limit} total={total} isExact={total_is_exact} go={go} resize={(size) => pick({ limit: String(size) })} />
          </>
        )}
      </Loaded>
    </>
  );
}
