// The approvals that wait, of all workflows; nothing while there are none.
import { Text } from "@chakra-ui/react";

import { type Approval, listApprovals } from "../../api/approvals";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { formatTime } from "../../i18n/format";
import { paths } from "../../paths";
import { type Column, DataTable } from "../DataTable";
import { fileName } from "../preview/FilePreview";
import { Section } from "../Section";
import { TextLink } from "../TextLink";
import { AnswerButtons } from "./AnswerButtons";
import { Answering } from "./Answering";
import { limitText } from "./Question";

const columns = (): Column<Approval>[] => [
  { key: "question", label: t("approval.question"), cell: (one) => <Text>{one.message}</Text> },
  { key: "workflow", label: t("runs.workflow"), cell: (one) => <TextLink to={paths.workflow(one.workflow_id)}>{one.workflow_name}</TextLink> },
  { key: "run", label: t("deliveries.run"), cell: (one) => <TextLink to={paths.run(one.workflow_id, one.run_id)}>{one.source ? fileName(one.source.key) : one.run_id}</TextLink> },
  { key: "asked", label: t("approval.asked"), cell: (one) => <Text>{formatTime(one.asked_at)}</Text> },
  { key: "limit", label: t("approval.limit"), cell: (one) => <Text>{limitText(one)}</Text> },
  { key: "answer", label: t("approval.answer"), cell: (one) => <AnswerButtons approval={one} /> },
];

export function WaitingApprovals() {
  return (
    <Answering>
      <List />
    </Answering>
  );
}

function List() {
  const { data } = usePolled(["approvals"], () => listApprovals(), ({ total }) => total > 0);
  if (!data || data.total === 0) return null;
  return (
    <Section title={t("approval.waiting", { count: data.total })}>
      <DataTable label={t("approval.list")} columns={columns()} rows={data.items} rowKey={(one) => `${one.workflow_id} ${one.run_id} ${one.step_id}`} />
    </Section>
  );
}
