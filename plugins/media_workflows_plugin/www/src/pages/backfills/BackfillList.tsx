// Backfills, newest first: of one workflow, or of all that the user may see. The page is in the URL.
import { Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { type Backfill, isMoving, listBackfills } from "../../api/backfills";
import { type Column, DataTable } from "../../components/DataTable";
import { Loaded } from "../../components/Loaded";
import { Pager } from "../../components/Pager";
import { StateBadge } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { useListParams } from "../../hooks/useListParams";
import { usePolled } from "../../hooks/usePolled";
import { useWorkflowNames } from "../../hooks/useWorkflowNames";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatSeconds, formatTime } from "../../i18n/format";
import { paths } from "../../paths";
import { BackfillActions } from "./BackfillActions";
import { BackfillProgress } from "./BackfillProgress";
import { filterText, rateText } from "./filterText";

function BackfillTable({ items, ofAll }: { items: Backfill[]; ofAll: boolean }) {
  const names = useWorkflowNames(ofAll ? items.map((item) => item.workflow_id) : []);
  const columns: Column<Backfill>[] = [
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
    { key: "id", label: t("backfills.created"), cell: (item) => <TextLink to={paths.backfill(item.id)} title={item.id}>{formatTime(item.created_at)}</TextLink> },
    ...(ofAll ? [{ key: "workflow", label: t("runs.workflow"), cell: (item: Backfill) => <TextLink to={paths.workflow(item.workflow_id)}>{names.get(item.workflow_id)}</TextLink> }] : []),
    { key: "what", label: t("backfills.selection"), cell: (item) => <Text>{filterText(item)}</Text> },
    { key: "progress", label: t("backfills.progress"), cell: (item) => <BackfillProgress of={item} name={item.id} /> },
    { key: "rate", label: t("backfills.rate"), align: "end", cell: (item) => <Text>{rateText(item)}</Text> },
    { key: "left", label: t("backfills.remaining"), align: "end", cell: (item) => <Text>{formatSeconds(item.remaining_s)}</Text> },
    { key: "actions", label: t("list.actions"), cell: (item) => <BackfillActions backfill={item} /> },
  ];
  return <DataTable label={t("backfills.title")} columns={columns} rows={items} rowKey={(item) => item.id} />;
}

export function BackfillList({ workflow, empty }: { workflow?: string; empty: ReactNode }) {
  const { offset, limit, pick, go } = useListParams();
  const page = usePolled(["backfills", "list", workflow, offset, limit], () => listBackfills(offset, limit, workflow), ({ items }) => items.some(isMoving));
  return (
    <Loaded of={page}>
      {({ items, total }) => (
        <>
          {total === 0 ? empty : <BackfillTable items={items} ofAll={workflow === undefined} />}
          <Pager label={t("backfills.title")} offset={offset} limit={limit} total={total} go={go} resize={(size) => pick({ limit: String(size) })} />
        </>
      )}
    </Loaded>
  );
}
