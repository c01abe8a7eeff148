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

export function WorkflowsPage() {
  const params = useListParams();
  const { value, offset, limit, pick, go } = params;
  const { selected, select, deselect } = useSelection();
  const search = value("search");
  const order = value("order") === "asc" ? ("asc" as const) : ("desc" as const);
  const filter = { search, enabled: value("enabled"), failing: value("failing") === "true", bucket: value("bucket") };
  const isFiltered = Object.values(filter).some(Boolean);
  const query = { ...filter, order, offset, limit };
  const page = usePolled(["workflows", "list", query], () => listWorkflows(query), (data) => data.items.some((item) => ["queued", "running"].includes(item.last_run?.state ?? "")));
  return (
    <>
      <PageHead title={t("list.title")}>
        <NewWorkflowButtons />
      </PageHead>
      <ListTools params={params} buckets={page.data?.buckets ?? []} />
      <Loaded of={page}>
        {({ items, total }) =>
          total === 0 && !isFiltered ? (
            <EmptyState />
          ) : (
            <>
              <BulkBar items={items.filter((item) => selected.has(item.id))} done={deselect} />
              {total === 0 && <Text my={6}>{t(search ? "list.nothing_found" : "list.none_found", { search })}</Text>}
              {total > 0 && <WorkflowTable items={items} selected={selected} select={select} />}
              <Pager label={t("list.title")} offset={offset} limit={limit} total={total} go={go} resize={(size) => pick({ limit: String(size) })} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
