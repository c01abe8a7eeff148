// The approvals that wait, of all workflows, of one, or of one step; nothing while there are none. That they cannot be read
// is not that there are none.
import { Box, Text } from "@chakra-ui/react";

import { type Approval, listApprovals } from "../../api/approvals";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatTime } from "../../i18n/format";
import { paths } from "../../paths";
import { type Column, DataTable } from "../DataTable";
import { ErrorNote } from "../ErrorNote";
import { WAITS_FOR_APPROVAL } from "../runs/cause";
import { fileName } from "../preview/FilePreview";
import { Section } from "../Section";
import { TextLink } from "../TextLink";
import { AnswerButtons } from "./AnswerButtons";
import { Answering } from "./Answering";
import { limitText } from "./Question";

const WIDE = { base: 0, lg: "7rem" }; // a file's name, and a time, are not taken apart

const columns = (withWorkflow: boolean): Column<Approval>[] => [
  { key: "question", label: t("approval.question"), cell: (one) => <Text>{messageText(one.message)}</Text> },
  ...(withWorkflow ? [{ key: "workflow", label: t("runs.workflow"), cell: (one: Approval) => <TextLink to={paths.workflow(one.workflow_id)}>{one.workflow_name}</TextLink> }] : []),
  { key: "run", label: t("deliveries.run"), cell: (one) => <Box minW={WIDE}><TextLink to={paths.run(one.workflow_id, one.run_id)}>{one.source ? fileName(one.source.key) : one.run_id}</TextLink></Box> },
  { key: "asked", label: t("approval.asked"), cell: (one) => <Text minW={WIDE}>{formatTime(one.asked_at)}</Text> },
  { key: "limit", label: t("approval.limit"), cell: (one) => <Text>{limitText(one)}</Text> },
  { key: "answer", label: t("approval.answer"), cell: (one) => <AnswerButtons approval={one} /> },
];

interface Props {
  workflow?: string;
  step?: string;
}

export function WaitingApprovals(of: Props) {
  return (
    <Answering>
      <List {...of} />
    </Answering>
  );
}

function List({ workflow, step }: Props) {
  const { data, error } = usePolled(["approvals", "list", workflow, step], () => listApprovals({ workflow, step }), ({ total }) => total > 0);
  if (!data || data.total === 0) return <ErrorNote error={error} />;
  return (
    <Section title={t("approval.waiting", { count: data.total })} tools={step === undefined && <TextLink to={paths.runsWhere({ cause: WAITS_FOR_APPROVAL, ...(workflow && { workflow }) })}>{t("approval.runs")}</TextLink>}>
      <ErrorNote error={error} />
      <DataTable label={t("approval.list")} columns={columns(workflow === undefined)} rows={data.items} rowKey={(one) => `${one.workflow_id} ${one.run_id} ${one.step_id}`} />
    </Section>
  );
}
