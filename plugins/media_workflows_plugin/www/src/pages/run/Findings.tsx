// Verdicts, texts, faces and tags: one section per check, with its findings on a timeline.
import { Badge, Box, Flex, Image, List, Text } from "@chakra-ui/react";

import type { RunReport } from "../../api/runs";
import { LinkButton } from "../../components/LinkButton";
import { Section } from "../../components/Section";
import { StateBadge } from "../../components/StateBadge";
import { t, textOf } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatNumber, formatSeconds } from "../../i18n/format";
import { paths } from "../../paths";
import { decidedText } from "../review/text";
import { type Decisions, decisionsOf, type Finding, type FindingDecision, placeOf, type SubTask, subTasksOf } from "./findings";
import { Timeline } from "./Timeline";

const COLOURS: Record<string, string> = { block: "red", review: "orange", pass: "green" };

// What no findings mean: only of a check that has succeeded, that nothing was found.
const EMPTY = { success: "findings.nothing", queued: "findings.queued", running: "findings.running", skipped: "findings.skipped", failed: "findings.failed" } as const;

function Suggestion({ of }: { of: string }) {
  return of ? <Badge colorPalette={COLOURS[of]}>{textOf(`suggestion.${of}`, of)}</Badge> : null;
}

// What a person decided on it.
function Decided({ decision }: { decision: FindingDecision | undefined }) {
  if (!decision) return null;
  return (
    <Text color="fg.muted" overflowWrap="anywhere">
      {[decidedText(decision), decision.note].filter(Boolean).join(" – ")}
    </Text>
  );
}

function Row({ finding, decision }: { finding: Finding; decision: FindingDecision | undefined }) {
  return (
    <List.Item display="block">
      <Flex gap={2} wrap="wrap" align="center">
        {finding.picture && <Image src={finding.picture} alt={finding.label} maxH="4rem" loading="lazy" />}
        <Text>
          {formatSeconds(finding.start_s)} – {formatSeconds(finding.end_s)}
        </Text>
        <Suggestion of={finding.suggestion} />
        <Text overflowWrap="anywhere">{finding.label}</Text>
        {finding.confidence !== null && <Text color="fg.muted">{formatNumber(finding.confidence, 1)}</Text>}
        <Decided decision={decision} />
      </Flex>
    </List.Item>
  );
}

function Check({ of, duration_s, decisions }: { of: SubTask; duration_s: number; decisions: Decisions }) {
  const last_s = Math.max(duration_s, ...of.findings.map((finding) => finding.end_s));
  const isEmpty = of.findings.length === 0 && of.labels.length === 0;
  return (
    <Box mb={4}>
      <Flex gap={2} align="center" wrap="wrap">
        <Text fontWeight="semibold" title={of.type}>
          {textOf(`check.${of.type}`, of.type)}
        </Text>
        {of.state !== "success" && <StateBadge state={of.state} />}
        <Suggestion of={of.suggestion} />
        {of.labels.map((label) => (
          <Badge key={label}>{label}</Badge>
        ))}
      </Flex>
      {(of.message || isEmpty) && (
        <Text fontSize="sm" color={of.state === "failed" ? "red.fg" : "fg.muted"}>
          {of.message ? messageText(of.message) : t(EMPTY[of.state])}
        </Text>
      )}
      {of.findings.length > 0 && (
        <>
          <Timeline spans={of.findings} duration_s={last_s} colour={(at) => COLOURS[of.findings[at]!.suggestion] ?? "blue"} />
          <List.Root variant="plain" gap={2} mt={2} fontSize="sm" maxH="24rem" overflowY="auto" tabIndex={0} role="list" aria-label={textOf(`check.${of.type}`, of.type)}>
            {of.findings.map((finding, at) => (
              <Row key={at} finding={finding} decision={decisions.get(placeOf(finding))} />
            ))}
          </List.Root>
        </>
      )}
    </Box>
  );
}

// The decision of a person on the run, and the way to the review desk.
function Reviewed({ run }: { run: RunReport }) {
  const decision = run.review?.decision;
  return (
    <Flex gap={2} wrap="wrap" align="center">
      {decision && (
        <Text fontWeight="semibold" overflowWrap="anywhere">
          {[decidedText(decision), decision.note].filter(Boolean).join(" – ")}
        </Text>
      )}
      <LinkButton size="sm" variant="outline" to={paths.review(run.workflow_id, run.run_id)}>
        {t("review.desk")}
      </LinkButton>
    </Flex>
  );
}

export function Findings({ run }: { run: RunReport }) {
  const checks = subTasksOf(run.jobs);
  if (checks.length === 0) return null;
  const decisions = decisionsOf(run.review);
  return (
    <Section title={t("findings.title")} tools={<Reviewed run={run} />}>
      {checks.map((check, at) => (
        <Check key={at} of={check} duration_s={run.before?.duration_s ?? 0} decisions={decisions} />
      ))}
    </Section>
  );
}
