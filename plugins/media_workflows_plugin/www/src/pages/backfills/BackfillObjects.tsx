// The objects of a backfill in the order of keys, with their runs or the reason why they have none.
import { Code, Text } from "@chakra-ui/react";
import { useState } from "react";

import { type Backfill, type BackfillObject, isMoving, listBackfillObjects } from "../../api/backfills";
import { Choice } from "../../components/Choice";
import { type Column, DataTable } from "../../components/DataTable";
import { KeyPager } from "../../components/KeyPager";
import { Loaded } from "../../components/Loaded";
import { Section } from "../../components/Section";
import { StateBadge, stateLabel } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { choiceLabel } from "../../definition/labels";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { formatBytes, NONE } from "../../i18n/format";
import { paths } from "../../paths";

const LIMIT = 20;
const STATES = ["queued", "started", "finished", "failed", "skipped"];

export function BackfillObjects({ backfill }: { backfill: Backfill }) {
  const [state, setState] = useState("");
  const [after, setAfter] = useState<string[]>([]);
  const from = after.at(-1) ?? "";
  const page = usePolled(["backfills", "objects", backfill.id, state, from], () => listBackfillObjects(backfill.id, state, from, LIMIT), () => isMoving(backfill));
  const pick = (picked: string) => {
    setState(picked);
    setAfter([]);
  };
  const columns: Column<BackfillObject>[] = [
    { key: "key", label: t("uploads.object"), cell: (item) => <Code size="sm" overflowWrap="anywhere">{item.key}</Code> },
    { key: "size", label: t("run.size"), align: "end", cell: (item) => <Text>{formatBytes(item.size_bytes)}</Text> },
    { key: "state", label: t("runs.state"), cell: (item) => <StateBadge state={item.state} /> },
    { key: "run", label: t("deliveries.run"), cell: (item) => (item.run_id ? <TextLink to={paths.run(backfill.workflow_id, item.run_id)}>{t("uploads.to_run")}</TextLink> : <Text>{item.reason ? choiceLabel("reason", item.reason) : NONE}</Text>) },
  ];
  const tools = <Choice label={t("runs.state")} value={state} options={STATES.map((name) => [name, stateLabel(name)])} all={t("backfills.any_state")} pick={pick} />;
  return (
    <Section title={t("backfills.objects")} tools={tools}>
      <Loaded of={page}>
        {({ items }) => (
          <>
            {items.length === 0 ? <Text color="fg.muted">{t("backfills.no_objects")}</Text> : <DataTable label={t("backfills.objects")} columns={columns} rows={items} rowKey={({ key }) => key} />}
            <KeyPager label={t("backfills.objects")} after={after} next={items.length === LIMIT ? items.at(-1)!.key : null} go={setAfter} />
          </>
        )}
      </Loaded>
    </Section>
  );
}
