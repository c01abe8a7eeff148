// The runs that a person has to review, of all workflows, and those that were reviewed.
import { Badge, Flex, Text } from "@chakra-ui/react";

import { listReviews, type ReviewRow, type ReviewState } from "../../api/reviews";
import { type Column, DataTable } from "../../components/DataTable";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { Pager } from "../../components/Pager";
import { fileName } from "../../components/preview/FilePreview";
import { TextLink } from "../../components/TextLink";
import { Choice } from "../../components/Choice";
import { WorkflowChoice } from "../../components/WorkflowChoice";
import { useListParams } from "../../hooks/useListParams";
import { usePolled } from "../../hooks/usePolled";
import { t, textOf } from "../../i18n";
import { formatTime } from "../../i18n/format";
import { paths } from "../../paths";
import { COLOURS, decidedText } from "./text";

const nameOf = (row: ReviewRow) => (row.source ? fileName(row.source.key) : row.run_id);

const columns = (only: string): Column<ReviewRow>[] => [
  { key: "file", label: t("run.source"), cell: (row) => <TextLink to={paths.review(row.workflow_id, row.run_id, only)}>{nameOf(row)}</TextLink> },
  { key: "workflow", label: t("runs.workflow"), cell: (row) => <TextLink to={paths.workflow(row.workflow_id)}>{row.workflow_name}</TextLink> },
  { key: "suggestion", label: t("review.suggestion"), cell: (row) => <Badge colorPalette={COLOURS[row.suggestion]}>{textOf(`suggestion.${row.suggestion}`, row.suggestion)}</Badge> },
  { key: "left", label: t("review.undecided"), align: "end", cell: (row) => <Text>{t("review.of", { left: row.undecided, count: row.finding_count })}</Text> },
  { key: "opened", label: t("review.opened"), cell: (row) => <Text>{formatTime(row.opened_at)}</Text> },
  { key: "decision", label: t("review.decision"), cell: (row) => <Text>{row.decision ? [decidedText(row.decision), row.decision.note].filter(Boolean).join(" – ") : t("review.open")}</Text> },
];

export function ReviewsPage() {
  const { value, offset, limit, go, pick } = useListParams();
  const state: ReviewState = value("state") === "decided" ? "decided" : "open";
  const workflow = value("workflow");
  const page = usePolled(["reviews", "list", state, workflow, offset, limit], () => listReviews(state, workflow, offset, limit));
  const first = state === "open" ? page.data?.items[0] : undefined;
  return (
    <>
      <PageHead title={t("nav.reviews")}>
        {first && (
          <LinkButton size="sm" colorPalette="brand" to={paths.review(first.workflow_id, first.run_id, workflow)}>
            {t("review.start")}
          </LinkButton>
        )}
      </PageHead>
      <Flex gap={2} mb={3} wrap="wrap" role="search">
        <Choice label={t("runs.state")} value={state === "decided" ? "decided" : ""} options={[["decided", t("review.state_decided")]]} all={t("review.state_open")} pick={(chosen) => pick({ state: chosen })} />
        <WorkflowChoice value={workflow} pick={(id) => pick({ workflow: id })} />
      </Flex>
      <Loaded of={page}>
        {({ items, total, total_is_exact }) => (
          <>
            {total === 0 ? <Text color="fg.muted">{t(state === "open" ? "review.none_open" : "review.none_decided")}</Text> : <DataTable label={t("nav.reviews")} columns={columns(workflow)} rows={items} rowKey={(row) => `${row.workflow_id} ${row.run_id}`} />}
            <Pager label={t("nav.reviews")} offset={offset} limit={limit} total={total} isExact={total_is_exact} go={go} resize={(size) => pick({ limit: String(size) })} />
          </>
        )}
      </Loaded>
    </>
  );
}
