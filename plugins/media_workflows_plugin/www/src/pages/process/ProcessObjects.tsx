// The objects of a request: state, progress, outputs or the error, and the run.
import { Progress, Text } from "@chakra-ui/react";

import { isMoving, listProcessObjects, type Process, type ProcessObject } from "../../api/processes";
import type { Column } from "../../components/DataTable";
import { outcomeOf } from "../../components/runs/cause";
import { SourceObjects } from "../../components/SourceObjects";
import { StateBadge } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { choiceLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { formatBytes, formatNumber, NONE } from "../../i18n/format";
import { paths } from "../../paths";

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
  const columns: Column<ProcessObject>[] = [
    { key: "size", label: t("run.size"), align: "end", cell: (item) => <Text>{formatBytes(item.size_bytes || item.run?.source?.size_bytes)}</Text> },
    { key: "state", label: t("runs.state"), cell: (item) => <State item={item} /> },
    { key: "outcome", label: t("runs.outcome"), cell: (item) => <Text overflowWrap="anywhere">{outcomeText(item)}</Text> },
    { key: "run", label: t("deliveries.run"), cell: (item) => (item.run_id ? <TextLink to={paths.run(process.workflow_id, item.run_id)}>{t("uploads.to_run")}</TextLink> : <Text>{NONE}</Text>) },
  ];
  return <SourceObjects name={["process", "objects", process.request_id]} list={(...page) => listProcessObjects(process.request_id, ...page)} isMoving={() => isMoving(process)} columns={columns} />;
}
