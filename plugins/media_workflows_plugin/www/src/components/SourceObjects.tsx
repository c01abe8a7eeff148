// The objects of a backfill or a request in the order of keys, filtered by state, which is in the URL, as the page is.
import { Code, Text } from "@chakra-ui/react";

import { useKeyPages } from "../hooks/useKeyPages";
import { usePolled } from "../hooks/usePolled";
import { t } from "../i18n";
import { Choice } from "./Choice";
import { type Column, DataTable } from "./DataTable";
import { KeyPager } from "./KeyPager";
import { Loaded } from "./Loaded";
import { Section } from "./Section";
import { stateLabel } from "./StateBadge";

const LIMIT = 20;
const STATES = ["queued", "started", "finished", "failed", "skipped"];

interface Props<Item> {
  name: string[]; // of the query
  list: (state: string, after: string, limit: number) => Promise<{ items: Item[] }>;
  isMoving: () => boolean;
  columns: Column<Item>[]; // after that of the key
}

export function SourceObjects<Item extends { key: string }>({ name, list, isMoving, columns }: Props<Item>) {
  const { value, from, after, go } = useKeyPages();
  const state = value("state");
  const page = usePolled([...name, state, from], () => list(state, from, LIMIT), isMoving);
  const key: Column<Item> = { key: "key", label: t("uploads.object"), cell: (item) => <Code size="sm" dir="auto" overflowWrap="anywhere">{item.key}</Code> };
  const tools = <Choice label={t("runs.state")} value={state} options={STATES.map((one) => [one, stateLabel(one)])} all={t("backfills.any_state")} pick={(picked) => go([], { state: picked })} />;
  return (
    <Section title={t("backfills.objects")} tools={tools}>
      <Loaded of={page}>
        {({ items }) => (
          <>
            {items.length === 0 ? <Text color="fg.muted">{t("backfills.no_objects")}</Text> : <DataTable label={t("backfills.objects")} columns={[key, ...columns]} rows={items} rowKey={(item) => item.key} />}
            <KeyPager label={t("backfills.objects")} after={after} next={items.length === LIMIT ? items.at(-1)!.key : null} go={go} />
          </>
        )}
      </Loaded>
    </Section>
  );
}
