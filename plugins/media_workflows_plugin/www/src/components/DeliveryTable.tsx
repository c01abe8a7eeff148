// Events and their delivery state, with the receiver's answer and a resend.
import { Button, Code, Text } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";

import { type Delivery, resendEvents } from "../api/events";
import { queries } from "../api/queries";
import { showError, showSuccess } from "../hooks/messages";
import { useMay } from "../hooks/useMe";
import { t, textOf } from "../i18n";
import { messageText } from "../i18n/errors";
import { formatSeconds, formatTime } from "../i18n/format";
import { paths } from "../paths";
import { type Column, DataTable } from "./DataTable";
import { fileName } from "./preview/FilePreview";
import { selectColumn } from "./selectColumn";
import { StateBadge } from "./StateBadge";
import { TextLink } from "./TextLink";
import { WorkflowLink } from "./WorkflowLink";

function Answer({ delivery: { last } }: { delivery: Delivery }) {
  if (!last) return <Text color="fg.muted">{t("deliveries.no_attempt")}</Text>;
  return (
    <div>
      <Text color={last.error ? "red.fg" : undefined} overflowWrap="anywhere">
        {messageText(last.error) || t("deliveries.answer", { status: last.status ?? "", time: formatSeconds(last.latency_s) })}
      </Text>
      {last.answer && (
        <Code size="xs" whiteSpace="pre-wrap" overflowWrap="anywhere" maxH="4rem" overflowY="auto">
          {last.answer}
        </Code>
      )}
    </div>
  );
}

interface Props {
  items: Delivery[];
  withRun: boolean;
  withWorkflow: boolean;
  selected: Set<string>;
  select: (keys: Set<string>) => void;
  open: (event: string) => void;
}

export function DeliveryTable({ items, withRun, withWorkflow, selected, select, open }: Props) {
  const workflows = items.map((item) => item.workflow_id);
  const mayResend = useMay("can_change_runs", workflows);
  const resend = useMutation({
    mutationFn: (delivery: Delivery) => resendEvents([delivery.event_id]),
    onSuccess: ({ queued }) => showSuccess(t("deliveries.queued", { count: queued })),
    onError: showError,
    onSettled: () => queries.invalidateQueries({ queryKey: ["deliveries"] }),
  });
  const fileOf = (item: Delivery) => (item.source_key ? fileName(item.source_key) : item.run_id);
  const columns: Column<Delivery>[] = [
    ...(workflows.some(mayResend) ? [selectColumn({ rows: items, keyOf: (item: Delivery) => String(item.id), nameOf: fileOf, selected, select })] : []),
    { key: "state", label: t("deliveries.state"), cell: (item) => <StateBadge state={item.state} /> },
    { key: "event", label: t("deliveries.event"), cell: (item) => <Text>{textOf(`event.${item.kind}`, item.kind)} · {formatTime(item.created_at)}</Text> },
    ...(withRun ? [{ key: "run", label: t("run.source"), cell: (item: Delivery) => <TextLink to={paths.run(item.workflow_id, item.run_id)} title={item.source_key ?? item.run_id}>{fileOf(item)}</TextLink> }] : []),
    ...(withRun && withWorkflow ? [{ key: "workflow", label: t("runs.workflow"), cell: (item: Delivery) => <WorkflowLink of={item} /> }] : []),
    { key: "address", label: t("deliveries.receiver"), cell: (item) => <Text>{item.role === "function" && `${t("deliveries.function")} · `}<Code size="sm" overflowWrap="anywhere">{item.address}</Code></Text> },
    { key: "attempts", label: t("deliveries.attempts"), align: "end", cell: (item) => <Text>{item.attempts}</Text> },
    { key: "answer", label: t("deliveries.last"), cell: (item) => <Answer delivery={item} /> },
    {
      key: "actions",
      label: t("list.actions"),
      cell: (item) => (
        <div>
          <Button size="xs" variant="ghost" onClick={() => open(item.event_id)}>
            {t("deliveries.show")}
          </Button>
          {mayResend(item.workflow_id) && (
            <Button size="xs" variant="ghost" disabled={item.state === "pending"} loading={resend.isPending && resend.variables.id === item.id} onClick={() => resend.mutate(item)}>
              {t("deliveries.resend")}
            </Button>
          )}
        </div>
      ),
    },
  ];
  return <DataTable label={t("deliveries.title")} columns={columns} rows={items} rowKey={(item) => String(item.id)} />;
}
