// The objects of a backfill or a request in the order of keys, filtered by state. The state, and the key that the page
// follows, are in the URL; those of the pages before it in the history.
import { Code, Text } from "@chakra-ui/react";
import { useLocation, useSearchParams } from "react-router-dom";

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
  const [params, setParams] = useSearchParams();
  const { before = [] } = (useLocation().state ?? {}) as { before?: string[] };
  const state = params.get("state") ?? "";
  const from = params.get("after") ?? "";
  const after = from ? [...before, from] : [];
  const page = usePolled([...name, state, from], () => list(state, from, LIMIT), isMoving);
  const show = (picked: string, pages: string[]) => setParams({ ...(picked && { state: picked }), ...(pages.length > 0 && { after: pages.at(-1)! }) }, { state: { before: pages.slice(0, -1) } });
  const key: Column<Item> = { key: "key", label: t("uploads.object"), cell: (item) => <Code size="sm" overflowWrap="anywhere">{item.key}</Code> };
  const tools = <Choice label={t("runs.state")} value={state} options={STATES.map((one) => [one, stateLabel(one)])} all={t("backfills.any_state")} pick={(picked) => show(picked, [])} />;
  return (
    <Section title={t("backfills.objects")} tools={tools}>
      <Loaded of={page}>
        {({ items }) => (
          <>
            {items.length === 0 ? <Text color="fg.muted">{t("backfills.no_objects")}</Text> : <DataTable label={t("backfills.objects")} columns={[key, ...columns]} rows={items} rowKey={(item) => item.key} />}
            <KeyPager label={t("backfills.objects")} after={after} next={items.length === LIMIT ? items.at(-1)!.key : null} go={(pages) => show(state, pages)} />
          </>
        )}
      </Loaded>
    </Section>
  );
}
