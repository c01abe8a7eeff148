// The objects of a request in the order of keys: state, progress, outputs or the error, and the run.
import { Code, Progress, Text } from "@chakra-ui/react";
import { useState } from "react";

import { isMoving, listProcessObjects, type Process, type ProcessObject } from "../../api/processes";
import { Choice } from "../../components/Choice";
import { type Column, DataTable } from "../../components/DataTable";
import { KeyPager } from "../../components/KeyPager";
import { Loaded } from "../../components/Loaded";
import { outcomeOf } from "../../components/runs/cause";
import { Section } from "../../components/Section";
import { StateBadge, stateLabel } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { choiceLabel } from "../../definition/labels";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { formatBytes, formatNumber, NONE } from "../../i18n/format";
import { paths } from "../../paths";

const LIMIT = 20;
const STATES = ["queued", "started", "finished", "failed", "skipped"];

function State({ item: { key, state, run } }: { item: ProcessObject }) {
  return (
    <div>
      <StateBadge state={state} />
      {run?.percent != null && (
        <Progress.Root value={run.percent} size="xs" mt={1} minW="6rem">
          <Progress.Track aria-label={t("run.progress", { name: key })}>
            <Progress.Range />
          </Progress.Track>
          <Text fontSize="xs" color="fg.muted">{`${formatNumber(run.percent)} %`}</Text>
        </Progress.Root>
      )}
    </div>
  );
}

const outcomeText = ({ run, reason }: ProcessObject) => (run && outcomeOf(run)) || (reason ? choiceLabel("reason", reason) : NONE);

export function ProcessObjects({ process }: { process: Process }) {
  const [state, setState] = useState("");
  const [after, setAfter] = useState<string[]>([]);
  const from = after.at(-1) ?? "";
  const page = usePolled(["process", "objects", process.request_id, state, from], () => listProcessObjects(process.request_id, state, from, LIMIT), () => isMoving(process));
  const pick = (picked: string) => {
    setState(picked);
    setAfter([]);
  };
  const columns: Column<ProcessObject>[] = [
    { key: "key", label: t("uploads.object"), cell: (item) => <Code size="sm" overflowWrap="anywhere">{item.key}</Code> },
    { key: "size", label: t("run.size"), align: "end", cell: (item) => <Text>{formatBytes(item.size_bytes || item.run?.source?.size_bytes)}</Text> },
    { key: "state", label: t("runs.state"), cell: (item) => <State item={item} /> },
    { key: "outcome", label: t("runs.outcome"), cell: (item) => <Text overflowWrap="anywhere">{outcomeText(item)}</Text> },
    { key: "run", label: t("deliveries.run"), cell: (item) => (item.run_id ? <TextLink to={paths.run(process.workflow_id, item.run_id)}>{t("uploads.to_run")}</TextLink> : <Text>{NONE}</Text>) },
  ];
  const tools = <Choice label={t("runs.state")} value={state} options={STATES.map((name) => [name, stateLabel(name)])} all={t("backfills.any_state")} pick={pick} />;
  return (
    <Section title={t("backfills.objects")} tools={tools}>
      <Loaded of={page}>
        {({ items }) => (
          <>
            {items.length === 0 ? <Text color="fg.muted">{t("backfills.no_objects")}</Text> : <DataTable label={t("backfills.objects")} columns={columns} rows={items} rowKey={({ key }) => key} />}
            <KeyPager label={t("backfills.objects")} after={after} next={items.length < LIMIT ? null : items.at(-1)!.key} go={setAfter} />
          </>
        )}
      </Loaded>
    </Section>
  );
}
