// The objects of a backfill or a request in the order of keys, filtered by state.
import { Code, Text } from "@chakra-ui/react";
import { useState } from "react";

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
  const [state, setState] = useState("");
  const [after, setAfter] = useState<string[]>([]);
  const from = after.at(-1) ?? "";
  const page = usePolled([...name, state, from], () => list(state, from, LIMIT), isMoving);
  const pick = (picked: string) => {
    setState(picked);
    setAfter([]);
  };
  const key: Column<Item> = { key: "key", label: t("uploads.object"), cell: (item) => <Code size="sm" overflowWrap="anywhere">{item.key}</Code> };
  const tools = <Choice label={t("runs.state")} value={state} options={STATES.map((one) => [one, stateLabel(one)])} all={t("backfills.any_state")} pick={pick} />;
  return (
    <Section title={t("backfills.objects")} tools={tools}>
      <Loaded of={page}>
        {({ items }) => (
          <>
            {items.length === 0 ? <Text color="fg.muted">{t("backfills.no_objects")}</Text> : <DataTable label={t("backfills.objects")} columns={[key, ...columns]} rows={items} rowKey={(item) => item.key} />}
            <KeyPager label={t("backfills.objects")} after={after} next={items.length === LIMIT ? items.at(-1)!.key : null} go={setAfter} />
          </>
        )}
      </Loaded>
    </Section>
  );
}
