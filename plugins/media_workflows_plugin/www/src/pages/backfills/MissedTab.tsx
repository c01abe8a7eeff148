// Uploads that should have started a run and did not, with the reasons; they are processed on request.
import { Button, Code, Flex, Text } from "@chakra-ui/react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { listMissedUploads, type MissedUpload } from "../../api/backfills";
import type { Workflow } from "../../api/types";
import { type Column, DataTable } from "../../components/DataTable";
import { DisabledNote } from "../../components/DisabledNote";
import { KeyPager } from "../../components/KeyPager";
import { Loaded } from "../../components/Loaded";
import { selectColumn } from "../../components/selectColumn";
import { SelectionBar } from "../../components/SelectionBar";
import { useKeyPages } from "../../hooks/useKeyPages";
import { useMe } from "../../hooks/useMe";
import { useSelection } from "../../hooks/useSelection";
import { t, textOf } from "../../i18n";
import { formatBytes, formatNumber, formatTime } from "../../i18n/format";
import { MissedDialog } from "./MissedDialog";

const LIMIT = 100;

const keyOf = ({ key }: MissedUpload) => key;
const reasonOf = ({ rule, meaning }: MissedUpload) => (rule ? textOf(`rule.${rule}`, meaning) : t("missed.no_decision"));

export function MissedTab({ workflow }: { workflow: Workflow }) {
  const { from, after, go: show } = useKeyPages();
  const [firing, setFiring] = useState<string[] | null>(null);
  const { selected, select } = useSelection();
  const { can_edit } = useMe(workflow.id);
  const page = useQuery({ queryKey: ["missed", workflow.id, from], queryFn: () => listMissedUploads(workflow.id, from, LIMIT), placeholderData: keepPreviousData });
  const may = can_edit && workflow.enabled;
  const go = (to: string[]) => {
    select(new Set());
    show(to);
  };
  const columns = (rows: MissedUpload[]): Column<MissedUpload>[] => [
    ...(may ? [selectColumn({ rows, keyOf, nameOf: keyOf, selected, select })] : []),
    { key: "key", label: t("uploads.object"), cell: (item) => <Code size="sm" dir="auto" overflowWrap="anywhere">{item.key}</Code> },
    { key: "size", label: t("run.size"), align: "end", cell: (item) => <Text>{formatBytes(item.size_bytes)}</Text> },
    { key: "at", label: t("missed.uploaded"), cell: (item) => <Text>{formatTime(item.last_modified)}</Text> },
    { key: "why", label: t("uploads.why"), cell: (item) => <Text>{reasonOf(item)}</Text> },
  ];
  return (
    <>
      <Flex justify="space-between" align="start" gap={3} wrap="wrap" mb={3}>
        <Text color="fg.muted">{t("missed.hint")}</Text>
        {may && (page.data?.items.length ?? 0) > 0 && (
          <Button size="sm" variant="outline" onClick={() => setFiring([])}>
            {t("missed.all")}
          </Button>
        )}
      </Flex>
      {can_edit && <DisabledNote workflow={workflow} text={t("missed.disabled")} />}
      <Loaded of={page}>
        {({ items, listed, next }) => (
          <>
            <SelectionBar count={items.filter(({ key }) => selected.has(key)).length}>
              <Button size="xs" variant="outline" onClick={() => setFiring(items.map(keyOf).filter((key) => selected.has(key)))}>
                {t("missed.selected")}
              </Button>
            </SelectionBar>
            {items.length === 0 ? <Text color="fg.muted">{t("missed.none", { count: formatNumber(listed) })}</Text> : <DataTable label={t("workflow.missed")} columns={columns(items)} rows={items} rowKey={keyOf} />}
            <KeyPager label={t("workflow.missed")} after={after} next={next} go={go} />
          </>
        )}
      </Loaded>
      {firing && <MissedDialog workflow={workflow.id} keys={firing} close={() => setFiring(null)} />}
    </>
  );
}
