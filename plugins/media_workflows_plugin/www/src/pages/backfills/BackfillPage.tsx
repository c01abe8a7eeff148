// One backfill: the preview, its progress, and its objects.
import { Alert, Flex, SimpleGrid, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router-dom";

import { type BackfillPreview, getBackfill, hasEnded, isMoving } from "../../api/backfills";
import type { Workflow } from "../../api/types";
import { getWorkflow } from "../../api/workflows";
import { Counter } from "../../components/Counter";
import { DisabledNote } from "../../components/DisabledNote";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { Section } from "../../components/Section";
import { StateBadge } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatBytes, formatNumber, formatSeconds, formatTime, NONE } from "../../i18n/format";
import { paths } from "../../paths";
import { BackfillActions } from "./BackfillActions";
import { BackfillObjects } from "./BackfillObjects";
import { BackfillProgress } from "./BackfillProgress";
import { filterText, limitText, rateText } from "./filterText";

const SECONDS_PER_HOUR = 3600;

function Properties({ backfill, name }: { backfill: BackfillPreview; name: string }) {
  return (
    <Flex gap={3} wrap="wrap" align="center" mt={1}>
      <StateBadge state={backfill.state} />
      <TextLink to={paths.workflow(backfill.workflow_id)}>{name}</TextLink>
      <Text>{t("backfills.by", { name: backfill.created_by, time: formatTime(backfill.created_at) })}</Text>
    </Flex>
  );
}

function Preview({ backfill }: { backfill: BackfillPreview }) {
  const { task_hours, basis } = backfill.estimate;
  const estimate = task_hours === null ? NONE : formatSeconds(task_hours * SECONDS_PER_HOUR);
  const help = basis ? t("backfills.basis", { runs: basis.runs, revision: basis.revision }) : t("backfills.no_basis");
  return (
    <SimpleGrid columns={{ base: 1, sm: 2, md: 4 }} gap={3} mb={4} role="group" aria-label={t("backfills.preview")}>
      <Counter label={t("backfills.objects")} value={formatNumber(backfill.total)} help={t("backfills.of_listed", { count: formatNumber(backfill.listed) })} />
      <Counter label={t("backfills.size")} value={formatBytes(backfill.total_bytes)} />
      <Counter label={t("backfills.estimate")} value={estimate} help={help} />
      <Counter label={t("backfills.remaining")} value={formatSeconds(backfill.remaining_s)} help={backfill.objects_per_minute === null ? undefined : rateText(backfill)} />
    </SimpleGrid>
  );
}

function Notes({ backfill, workflow }: { backfill: BackfillPreview; workflow?: Workflow }) {
  return (
    <>
      {backfill.problem && (
        <Alert.Root status="warning" mb={4} role="status">
          <Alert.Indicator />
          <Alert.Title overflowWrap="anywhere">{messageText(backfill.problem)}</Alert.Title>
        </Alert.Root>
      )}
      {workflow && !hasEnded(backfill) && <DisabledNote workflow={workflow} text={t("backfills.disabled")} />}
    </>
  );
}

export function BackfillPage() {
  const { id = "" } = useParams();
  const backfill = usePolled(["backfills", "one", id], () => getBackfill(id), isMoving);
  const of = backfill.data?.workflow_id;
  const workflow = useQuery({ queryKey: ["workflows", "one", of], queryFn: () => getWorkflow(of!), enabled: of !== undefined }).data;
  return (
    <Loaded of={backfill}>
      {(data) => (
        <>
          <PageHead title={t("backfills.one", { id })} hint={<Properties backfill={data} name={workflow?.definition.name ?? data.workflow_id} />}>
            <BackfillActions backfill={data} onItsPage />
          </PageHead>
          <Notes backfill={data} workflow={workflow} />
          <Preview backfill={data} />
          <Section title={t("backfills.progress")}>
            <BackfillProgress of={data} name={id} />
          </Section>
          <Section title={t("backfills.selection")}>
            <Text overflowWrap="anywhere">{filterText(data)}</Text>
            <Text>{limitText(data)}</Text>
          </Section>
          <BackfillObjects backfill={data} />
        </>
      )}
    </Loaded>
  );
}
