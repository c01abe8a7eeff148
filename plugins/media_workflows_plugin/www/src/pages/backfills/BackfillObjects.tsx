// The objects of a backfill, with their runs or the reason why they have none.
import { Text } from "@chakra-ui/react";

import { type Backfill, type BackfillObject, isMoving, listBackfillObjects } from "../../api/backfills";
import type { Column } from "../../components/DataTable";
import { SourceObjects } from "../../components/SourceObjects";
import { StateBadge } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { choiceLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { formatBytes, NONE } from "../../i18n/format";
import { paths } from "../../paths";

export function BackfillObjects({ backfill }: { backfill: Backfill }) {
  const columns: Column<BackfillObject>[] = [
    { key: "size", label: t("run.size"), align: "end", cell: (item) => <Text>{formatBytes(item.size_bytes)}</Text> },
    { key: "state", label: t("runs.state"), cell: (item) => <StateBadge state={item.state} /> },
    { key: "run", label: t("deliveries.run"), cell: (item) => (item.run_id ? <TextLink to={paths.run(backfill.workflow_id, item.run_id)}>{t("uploads.to_run")}</TextLink> : <Text>{item.reason ? choiceLabel("reason", item.reason) : NONE}</Text>) },
  ];
  return <SourceObjects name={["backfills", "objects", backfill.id]} list={(...page) => listBackfillObjects(backfill.id, ...page)} isMoving={() => isMoving(backfill)} columns={columns} />;
}
