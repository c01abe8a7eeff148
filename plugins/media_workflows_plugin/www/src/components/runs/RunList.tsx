// Runs of a workflow, or of all: filters, rows, pages, and actions on many. All of it is in the URL.
import { Text } from "@chakra-ui/react";

import { listRuns, UNFINISHED } from "../../api/runs";
import { useListParams } from "../../hooks/useListParams";
import { usePolled } from "../../hooks/usePolled";
import { useSelection } from "../../hooks/useSelection";
import { t } from "../../i18n";
import { Loaded } from "../Loaded";
import { NothingYet } from "../NothingYet";
import { Pager } from "../Pager";
import { RunBulkBar } from "./RunBulkBar";
import { filterOf, RunFilters } from "./RunFilters";
import { keyOf, RunTable } from "./RunTable";

export function RunList({ workflow, label }: { workflow?: string; label: string }) {
  const params = useListParams();
  const { offset, limit, go, pick } = params;
  const { selected, select } = useSelection();
  const filter = filterOf(params, workflow);
  const page = usePolled(["runs", "list", filter, offset, limit], () => listRuns(filter, offset, limit), ({ items }) => items.some((run) => UNFINISHED.has(run.state)));
  const isFiltered = Object.entries(filter).some(([name, value]) => value && !(name === "workflow" && workflow));
  return (
    <>
      <RunFilters params={params} workflow={workflow} />
      <Loaded of={page}>
        {({ items, total, total_is_exact }) => (
          <>
            <RunBulkBar items={items.filter((run) => selected.has(keyOf(run)))} done={() => select(new Set())} />
            {total === 0 ? isFiltered ? <Text color="fg.muted">{t("runs.none_found")}</Text> : <NothingYet text={t("runs.none")} /> : <RunTable items={items} label={label} withWorkflow={workflow === undefined} selected={selected} select={select} />}
            <Pager label={label} offset={offset} limit={limit} total={total} isExact={total_is_exact} go={go} resize={(size) => pick({ limit: String(size) })} />
          </>
        )}
      </Loaded>
    </>
  );
}
