// The upload decisions of a workflow, with the reasons. Its search and page are in the URL.
import { Code, Flex, Text } from "@chakra-ui/react";

import { listUploads, type UploadDecision } from "../../api/workflows";
import { type Column, DataTable } from "../../components/DataTable";
import { DetectionNote } from "../../components/DetectionNote";
import { isJoin, JoinOf } from "../../components/JoinOf";
import { Loaded } from "../../components/Loaded";
import { Pager } from "../../components/Pager";
import { SearchField } from "../../components/SearchField";
import { StateBadge } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { PROCESS_DAG } from "../../definition/ours";
import { useListParams } from "../../hooks/useListParams";
import { useMe } from "../../hooks/useMe";
import { usePolled } from "../../hooks/usePolled";
import { t, textOf } from "../../i18n";
import { formatTime } from "../../i18n/format";
import { paths } from "../../paths";

// An upload without a run can be processed by the jobs of the workflow all the same.
function Run({ workflow, of }: { workflow: string; of: UploadDecision }) {
  const mayProcess = useMe(PROCESS_DAG).can_run;
  if (of.run_id && of.join_state) return <JoinOf run={of.run_id} state={of.join_state} error={of.join_error} />;
  if (of.run_id && !isJoin(of)) return <TextLink to={paths.run(workflow, of.run_id)}>{t("uploads.to_run")}</TextLink>;
  if (of.run_id || !mayProcess) return <Text>–</Text>;
  return <TextLink to={paths.newProcess({ workflow, bucket: of.bucket, key: of.key })}>{t("process.new")}</TextLink>;
}

export function UploadsTab({ workflow }: { workflow: string }) {
  const { value, offset, limit, type, pick, go } = useListParams();
  const key = value("search").trim();
  const page = usePolled(["uploads", workflow, offset, limit, key], () => listUploads(workflow, offset, limit, key || undefined));
  const columns: Column<UploadDecision>[] = [
    { key: "key", label: t("uploads.object"), cell: (item) => <Code size="sm" dir="auto" overflowWrap="anywhere">{`${item.bucket}/${item.key}`}</Code> },
    { key: "at", label: t("uploads.decided"), cell: (item) => <Text>{formatTime(item.decided_at)}</Text> },
    { key: "outcome", label: t("uploads.outcome"), cell: (item) => <StateBadge state={item.outcome} /> },
    { key: "why", label: t("uploads.why"), cell: (item) => <Text>{textOf(`rule.${item.rule}`, item.meaning)}</Text> },
    { key: "run", label: t("deliveries.run"), cell: (item) => <Run workflow={workflow} of={item} /> },
  ];
  return (
    <>
      <Text mb={3} color="fg.muted">
        {t("uploads.hint")}
      </Text>
      <DetectionNote workflow={workflow} />
      <Flex mb={3} role="search">
        <SearchField label={t("uploads.search")} value={value("search")} change={(search) => type({ search })} />
      </Flex>
      <Loaded of={page}>
        {({ items, total, total_is_exact }) => (
          <>
            {total === 0 ? <Text color="fg.muted">{t("uploads.none")}</Text> : <DataTable label={t("workflow.uploads")} columns={columns} rows={items} rowKey={(item) => `${item.key} ${item.identity}`} />}
            <Pager label={t("workflow.uploads")} offset={offset} limit={limit} total={total} isExact={total_is_exact} go={go} resize={(size) => pick({ limit: String(size) })} />
          </>
        )}
      </Loaded>
    </>
  );
}
