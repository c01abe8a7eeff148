// All workflows: search, sort, enable, edit, delete, YAML import and export.
import { Text } from "@chakra-ui/react";

import { listWorkflows } from "../../api/workflows";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { Pager } from "../../components/Pager";
import { useListParams } from "../../hooks/useListParams";
import { usePolled } from "../../hooks/usePolled";
import { useSelection } from "../../hooks/useSelection";
import { t } from "../../i18n";
import { BulkBar } from "./BulkBar";
import { EmptyState } from "./EmptyState";
import { ListTools } from "./ListTools";
import { NewWorkflowButtons } from "./NewWorkflowButtons";
import { WorkflowTable } from "./WorkflowTable";

const LIMIT = 20;

export function WorkflowsPage() {
  const { value, offset, change, go } = useListParams();
  const { selected, select, deselect } = useSelection();
  const search = value("search");
  const order = value("order") === "asc" ? ("asc" as const) : ("desc" as const);
  const query = { search, order, offset, limit: LIMIT };
  const page = usePolled(["workflows", "list", query], () => listWorkflows(query), (data) => data.items.some((item) => ["queued", "running"].includes(item.last_run?.state ?? "")));
  return (
    <>
      <PageHead title={t("list.title")}>
        <NewWorkflowButtons />
      </PageHead>
      <ListTools search={search} order={order} change={change} />
      <Loaded of={page}>
        {({ items, total }) =>
          total === 0 && !search ? (
            <EmptyState />
          ) : (
            <>
              <BulkBar items={items.filter((item) => selected.has(item.id))} done={deselect} />
              {total === 0 && <Text my={6}>{t("list.nothing_found", { search })}</Text>}
              {total > 0 && <WorkflowTable items={items} selected={selected} select={select} />}
              <Pager label={t("list.title")} offset={offset} limit={LIMIT} total={total} go={go} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
