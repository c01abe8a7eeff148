// One run: progress, files before and after, previews, and event deliveries.
import { Flex, SimpleGrid, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { getRun, type RunReport, stepIdOf, UNFINISHED } from "../../api/runs";
import { getWorkflow } from "../../api/workflows";
import { Answering } from "../../components/approvals/Answering";
import { RunCanvas } from "../../components/canvas/RunCanvas";
import { Deliveries } from "../../components/Deliveries";
import { ErrorNote } from "../../components/ErrorNote";
import { Loaded } from "../../components/Loaded";
import { Fold } from "../../components/Fold";
import { JobGraph } from "../../components/JobGraph";
import { PageHead } from "../../components/PageHead";
import { fileName } from "../../components/preview/FilePreview";
import { Delay } from "../../components/runs/RunTable";
import { Section } from "../../components/Section";
import { StateBadge } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { WorkflowLink } from "../../components/WorkflowLink";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { formatSeconds, formatTime, secondsBetween } from "../../i18n/format";
import { paths } from "../../paths";
import { ActionCard, GateCard } from "./ActionCard";
import { BillSection } from "./BillSection";
import { Commands } from "./Commands";
import { useRunFiles } from "./useRunFiles";
import { RunError } from "./RunError";
import { FileTable } from "./FileTable";
import { Findings } from "./Findings";
import { Highlights } from "./Highlights";
import { besideHighlights } from "./highlights";
import { JobProgress } from "./JobProgress";
import { Previews } from "./Previews";
import { removedText } from "./removedSource";
import { Quality } from "./Quality";
import { RunActions } from "./RunActions";
import { sharedFailure } from "./sharedFailure";
import { useRunGraph } from "./useRunGraph";
import { useWaiting } from "./useWaiting";

interface Props {
  workflow: string;
  run: string;
  inAirflow?: boolean;
}


function Properties({ run }: { run: RunReport }) {
  const workflow = useQuery({ queryKey: ["workflows", "one", run.workflow_id], queryFn: () => getWorkflow(run.workflow_id), enabled: !run.request_id });
  const took_s = secondsBetween(run.started_at, run.ended_at ?? (run.started_at ? new Date().toISOString() : null));
  return (
    <Flex gap={3} wrap="wrap" align="center" mt={1}>
      <StateBadge state={run.state} />
      <WorkflowLink of={{ workflow_id: run.workflow_id, workflow_name: workflow.data?.definition.name }} request={run.request_id} />
      {run.revision !== null && !run.request_id && <Text>{t("run.revision", { number: run.revision })}</Text>}
      <Text>{formatTime(run.started_at ?? run.queued_at)}</Text>
      <Text>{formatSeconds(took_s)}</Text>
      {run.backfill_id && <TextLink to={paths.backfill(run.backfill_id)}>{t("run.backfill")}</TextLink>}
      <Delay waiting={run.waiting} />
      {run.cancelled && <Text color="red.fg">{t("run.cancelled_by", { name: run.cancelled.by })}</Text>}
    </Flex>
  );
}

function Files({ run }: { run: RunReport }) {
  const files = useRunFiles(run);
  return (
    <Loaded of={files}>
      {({ items, total }) => (
        <>
          {items.length > 0 ? <Previews files={besideHighlights(items, run.jobs)} /> : <Text color="fg.muted">{t("run.no_files")}</Text>}
          {total > items.length && <Text mt={2}>{t("run.more_files", { shown: items.length, total })}</Text>}
        </>
      )}
    </Loaded>
  );
}

const statesOf = (run: RunReport) => Object.fromEntries([...run.jobs, ...run.actions].map((step) => [stepIdOf(step), step.state ?? "queued"]));

export function RunView({ workflow, run, inAirflow = false }: Props) {
  const report = usePolled(["run", workflow, run], () => getRun(workflow, run), (data) => UNFINISHED.has(data.state));
  const { graph, error: noGraph, steps, isGraph } = useRunGraph(workflow, report.data);
  const { waiting, error: noAnswer } = useWaiting(workflow, run, report.data);
  return (
    <Loaded of={report}>
      {(data) => (
        <>
          <PageHead title={data.source ? fileName(data.source.key) : t(data.request_id ? "process.waiting" : "run.waiting")} hint={<Properties run={data} />}>
            <RunActions run={data} inAirflow={inAirflow} />
          </PageHead>
          {(data.error ?? sharedFailure(data)) && <RunError {...(data.error ?? sharedFailure(data))} />}
          <ErrorNote error={noGraph} />
          {isGraph && graph && (
            <Section title={t("run.graph")}>
              <JobGraph graph={graph} states={statesOf(data)} isRequest={data.request_id !== null} />
              <Fold title={t("canvas.title")}>
                <RunCanvas steps={steps} states={statesOf(data)} />
              </Fold>
            </Section>
          )}
          <Section title={t(isGraph ? "run.steps" : "run.jobs")}>
            <ErrorNote error={noAnswer} />
            <Answering>
              <SimpleGrid columns={{ base: 1, md: 2, xl: 3 }} gap={3} aria-live="off">
                {data.jobs.map((job) => (
                  <JobProgress key={stepIdOf(job)} run={data} job={job} isStep={isGraph} />
                ))}
                {data.actions.map((action) => (
                  <ActionCard key={action.step_id} run={data} action={action} approval={waiting.find((one) => one.step_id === action.step_id)} />
                ))}
                {waiting
                  .filter((one) => !data.actions.some((action) => action.step_id === one.step_id))
                  .map((one) => (
                    <GateCard key={one.step_id} run={data} approval={one} />
                  ))}
              </SimpleGrid>
            </Answering>
          </Section>
          <Quality run={data} />
          <Findings run={data} />
          <Highlights run={data} />
          <Section title={t("run.previews")}>
            {data.source_removed && <Text mb={2}>{removedText(data)}</Text>}
            <Files run={data} />
          </Section>
          {data.before && (
            <Section title={t("run.files")}>
              <FileTable run={data} />
            </Section>
          )}
          <BillSection run={data} />
          <Section title={t("deliveries.title")}>
            <Deliveries workflow={workflow} run={run} />
          </Section>
          <Section title={t("run.commands")}>
            <Commands run={data} />
          </Section>
        </>
      )}
    </Loaded>
  );
}
