// All workflows: found by name, sorted, switched, edited, deleted, carried in and out as YAML.
import { Text } from "@chakra-ui/react";
import { useState } from "react";
import { useSearchParams } from "react-router-dom";

import { listWorkflows } from "../../api/workflows";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { Pager } from "../../components/Pager";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { BulkBar } from "./BulkBar";
import { EmptyState } from "./EmptyState";
import { ListTools } from "./ListTools";
import { NewWorkflowButtons } from "./NewWorkflowButtons";
import { WorkflowTable } from "./WorkflowTable";

const LIMIT = 20;

export function WorkflowsPage() {
  const [params, setParams] = useSearchParams();
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const search = params.get("search") ?? "";
  const order = params.get("order") === "asc" ? ("asc" as const) : ("desc" as const);
  const offset = Number(params.get("offset") ?? 0);
  const query = { search, order, offset, limit: LIMIT };
  const page = usePolled(["workflows", "list", query], () => listWorkflows(query), (data) => data.items.some((item) => ["queued", "running"].includes(item.last_run?.state ?? "")));
  const change = (values: Record<string, string>) =>
    setParams((old) => {
      for (const [name, value] of Object.entries(values)) value ? old.set(name, value) : old.delete(name);
      return old;
    }, { replace: true });
  return (
    <>
      <PageHead title={t("list.title")}>
        <NewWorkflowButtons />
      </PageHead>
      <ListTools search={search} order={order} change={(values) => change({ ...values, offset: "" })} />
      <Loaded of={page}>
        {({ items, total }) =>
          total === 0 && !search ? (
            <EmptyState />
          ) : (
            <>
              <BulkBar items={items.filter((item) => selected.has(item.id))} done={() => setSelected(new Set())} />
              {total === 0 && <Text my={6}>{t("list.nothing_found", { search })}</Text>}
              {total > 0 && <WorkflowTable items={items} selected={selected} select={setSelected} />}
              <Pager label={t("list.title")} offset={offset} limit={LIMIT} total={total} go={(to) => change({ offset: to ? String(to) : "" })} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
