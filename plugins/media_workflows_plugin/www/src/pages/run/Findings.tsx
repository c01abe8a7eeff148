// Verdicts, texts and faces on a timeline; shown once a job has found any.
import { Badge, Box, Flex, Image, List, Text } from "@chakra-ui/react";

import type { RunReport } from "../../api/runs";
import { Section } from "../../components/Section";
import { t, textOf } from "../../i18n";
import { formatNumber, formatSeconds } from "../../i18n/format";
import { type Finding, findingsOf } from "./findings";

const COLOURS: Record<string, string> = { block: "red", review: "orange", pass: "green" };

function Timeline({ findings, duration_s }: { findings: Finding[]; duration_s: number }) {
  const share = (seconds: number) => `${Math.min(100, (seconds / duration_s) * 100)}%`;
  return (
    <Box position="relative" height="1.2rem" bg="bg.muted" borderRadius="sm" aria-hidden>
      {findings.map((finding, at) => (
        <Box key={at} position="absolute" top={0} bottom={0} left={share(finding.start_s)} width={share(finding.end_s - finding.start_s)} minW="3px" bg={`${COLOURS[finding.suggestion] ?? "blue"}.solid`} opacity={0.8} />
      ))}
    </Box>
  );
}

function Row({ finding }: { finding: Finding }) {
  return (
    <List.Item display="block">
      <Flex gap={2} wrap="wrap" align="center">
        {finding.picture && <Image src={finding.picture} alt={finding.label} maxH="4rem" loading="lazy" />}
        <Text>
          {formatSeconds(finding.start_s)} – {formatSeconds(finding.end_s)}
        </Text>
        {finding.suggestion && <Badge colorPalette={COLOURS[finding.suggestion]}>{textOf(`suggestion.${finding.suggestion}`, finding.suggestion)}</Badge>}
        <Text overflowWrap="anywhere">{finding.label}</Text>
        {finding.confidence !== null && <Text color="fg.muted">{formatNumber(finding.confidence, 1)}</Text>}
      </Flex>
    </List.Item>
  );
}

export function Findings({ run }: { run: RunReport }) {
  const findings = findingsOf(run.task);
  if (findings.length === 0) return null;
  const last_s = Math.max(...findings.map((finding) => finding.end_s));
  const groups = [...new Set(findings.map((finding) => finding.group))];
  return (
    <Section title={t("findings.title")}>
      {groups.map((group) => {
        const ofGroup = findings.filter((finding) => finding.group === group);
        return (
          <Box key={group} mb={4}>
            <Text fontWeight="semibold">{group}</Text>
            <Timeline findings={ofGroup} duration_s={run.before?.duration_s ?? last_s} />
            <List.Root variant="plain" gap={2} mt={2} fontSize="sm" maxH="24rem" overflowY="auto" tabIndex={0} role="list" aria-label={group}>
              {ofGroup.map((finding, at) => (
                <Row key={at} finding={finding} />
              ))}
            </List.Root>
          </Box>
        );
      })}
    </Section>
  );
}
