// One request for ad-hoc processing: its progress, its objects with their runs, and what was asked.
import { Alert, Code, Flex, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router-dom";

import { getProcess, getRequest, isMoving, type Process } from "../../api/processes";
import type { JsonObject } from "../../api/types";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { Section } from "../../components/Section";
import { StateBadge } from "../../components/StateBadge";
import { fieldLabel } from "../../definition/labels";
import { PROCESS_DAG } from "../../definition/ours";
import { pairLines } from "../../definition/pairs";
import { asDefinition } from "../../definition/request";
import { useMe } from "../../hooks/useMe";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatBytes, formatNumber, formatTime } from "../../i18n/format";
import { paths } from "../../paths";
import { BackfillProgress } from "../backfills/BackfillProgress";
import { limitText } from "../backfills/filterText";
import { DefinitionProperties, Property } from "../workflow/DefinitionProperties";
import { CancelProcess } from "./CancelProcess";
import { ProcessObjects } from "./ProcessObjects";
import { sourceText } from "./sourceText";

function Properties({ process }: { process: Process }) {
  return (
    <Flex gap={3} wrap="wrap" align="center" mt={1}>
      <StateBadge state={process.state} />
      <Text>{t("backfills.by", { name: process.created_by, time: formatTime(process.created_at) })}</Text>
      {process.ended_at && <Text>{t("process.ended", { time: formatTime(process.ended_at) })}</Text>}
    </Flex>
  );
}

function Context({ process: { context } }: { process: Process }) {
  const tags = pairLines(context.tags);
  return (
    <>
      {context.id && <Property label={fieldLabel("context_id")}>{context.id}</Property>}
      {context.text && <Property label={fieldLabel("context_text")}>{context.text}</Property>}
      {tags && <Property label={fieldLabel("tags")}><Text whiteSpace="pre-line">{tags}</Text></Property>}
    </>
  );
}

function Asked({ process, request }: { process: Process; request: JsonObject }) {
  const source = (
    <>
      <Property label={t("run.source")}>
        <Code dir="auto" overflowWrap="anywhere">{sourceText(process)}</Code> · {t("process.objects", { count: formatNumber(process.total), size: formatBytes(process.total_bytes) })}
      </Property>
      <Context process={process} />
      <Property label={t("process.limits")}>{[limitText(process), process.force && fieldLabel("force")].filter(Boolean).join(" · ")}</Property>
    </>
  );
  return <DefinitionProperties definition={asDefinition(request)} source={source} written={request} />;
}

export function ProcessPage() {
  const { id = "" } = useParams();
  const { can_run } = useMe(PROCESS_DAG);
  const process = usePolled(["process", "one", id], () => getProcess(id), isMoving);
  const request = useQuery({ queryKey: ["process", "request", id], queryFn: () => getRequest(id), staleTime: Infinity });
  return (
    <Loaded of={process}>
      {(data) => (
        <>
          <PageHead title={t("process.one", { id })} hint={<Properties process={data} />}>
            <CancelProcess process={data} onItsPage />
            {can_run && (
              <LinkButton size="sm" variant="outline" to={paths.newProcess({ copy: id })}>
                {t("process.again")}
              </LinkButton>
            )}
          </PageHead>
          {data.problem && (
            <Alert.Root status="warning" mb={4} role="status">
              <Alert.Indicator />
              <Alert.Title dir="auto" overflowWrap="anywhere">{messageText(data.problem)}</Alert.Title>
            </Alert.Root>
          )}
          <Section title={t("backfills.progress")}>
            <BackfillProgress of={data} name={id} />
          </Section>
          <ProcessObjects process={data} />
          <Section title={t("process.asked")}>
            <Loaded of={request}>{(asked) => <Asked process={data} request={asked} />}</Loaded>
          </Section>
        </>
      )}
    </Loaded>
  );
}
