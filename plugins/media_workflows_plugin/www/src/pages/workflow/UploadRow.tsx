// One uploaded file: its transfer, the decision about it, its run.
import { Button, Flex, List, Progress, Text } from "@chakra-ui/react";

import { ConfirmDialog } from "../../components/ConfirmDialog";
import { DetectionNote } from "../../components/DetectionNote";
import { isJoin, JoinOf } from "../../components/JoinOf";
import { TextLink } from "../../components/TextLink";
import { cancelUpload, canGoOn, goOn, keepExisting, overwriteUpload, type UploadState } from "../../api/uploads";
import { useMe } from "../../hooks/useMe";
import { useDecision } from "../../hooks/useUploads";
import { t, textOf } from "../../i18n";
import { errorText } from "../../i18n/errors";
import { formatBytes, formatNumber } from "../../i18n/format";
import { paths } from "../../paths";
import { RunProgress } from "./RunProgress";

// Why an upload was not processed that can be processed once the workflow is enabled.
const MISSED = new Set<string>(["disabled", "before_enabled"]);

export function UploadRow({ of }: { of: UploadState }) {
  const { workflow, file, phase, sent_bytes, isInterrupted, error } = of;
  const { decision, error: unanswered } = useDecision(of);
  const { can_edit } = useMe(workflow);
  const isDeciding = phase === "sent" && !decision;
  const percent = file.size ? Math.min(100, (sent_bytes / file.size) * 100) : 0;
  return (
    <List.Item display="block" borderWidth={1} borderRadius="md" p={2} data-testid="upload">
      <Flex justify="space-between" gap={2}>
        <Text fontWeight="semibold" overflowWrap="anywhere" dir="auto">
          {file.name}
        </Text>
        <Text fontSize="sm" color="fg.muted" flexShrink={0}>
          {formatBytes(file.size)}
        </Text>
      </Flex>
      {phase === "sending" && (
        <Progress.Root value={percent} size="sm" my={1}>
          <Flex gap={2} align="center">
            <Progress.Track flex={1} aria-label={t("upload.progress", { name: file.name })}>
              <Progress.Range />
            </Progress.Track>
            <Text fontSize="sm">{formatNumber(percent)} %</Text>
            <Button size="2xs" variant="ghost" onClick={() => cancelUpload(of)}>
              {t("app.cancel")}
            </Button>
          </Flex>
        </Progress.Root>
      )}
      <Text fontSize="sm" role="status">
        {phase === "sending" && isInterrupted && t("upload.interrupted")}
        {isDeciding && t("upload.deciding")}
        {phase === "cancelled" && t("upload.cancelled")}
        {decision?.outcome === "refused" && t("upload.refused", { why: textOf(`rule.${decision.rule}`, decision.meaning) })}
      </Text>
      {decision && MISSED.has(decision.rule) && (
        <TextLink to={paths.missedUploads(workflow)} fontSize="sm">
          {t("workflow.missed")}
        </TextLink>
      )}
      {isDeciding && !unanswered && <DetectionNote workflow={workflow} quiet />}
      {(error ?? unanswered) && (
        <Text fontSize="sm" color="red.fg" role="alert">
          {errorText(error ?? unanswered)}
        </Text>
      )}
      {canGoOn(of) && (
        <Button size="xs" variant="outline" mt={1} onClick={() => goOn(of)}>
          {t("upload.again")}
        </Button>
      )}
      {decision?.run_id && decision.join_state && <JoinOf run={decision.run_id} state={decision.join_state} error={decision.join_error} />}
      {decision?.run_id && !isJoin(decision) && (
        <>
          <RunProgress workflow={workflow} run={decision.run_id} />
          <TextLink to={paths.run(workflow, decision.run_id)} fontSize="sm">
            {t("upload.to_run")}
          </TextLink>
        </>
      )}
      {phase === "exists" && <ConfirmDialog title={t("upload.exists_title", { name: file.name })} text={t("upload.exists_text")} confirm={t("upload.overwrite")} forbidden={!can_edit} act={() => overwriteUpload(of)} close={() => keepExisting(of)} />}
    </List.Item>
  );
}
