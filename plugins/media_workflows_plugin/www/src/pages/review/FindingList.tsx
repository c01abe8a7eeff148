// The findings in the order of time, as a list with one current entry.
import { Badge, Box, Button, Flex, Image, Text } from "@chakra-ui/react";
import { useEffect, useRef } from "react";

import type { DeskReview, ReviewedFinding } from "../../api/reviews";
import { throughApi } from "../../components/preview/useAddress";
import { t, textOf } from "../../i18n";
import { formatNumber, formatSeconds } from "../../i18n/format";
import { COLOURS, decidedText, findingText } from "./text";

interface Props {
  findings: ReviewedFinding[];
  suggestion: DeskReview["suggestion"]; // of all checks: "review" also for one without a result; null = none has any
  current: number;
  picture: (finding: ReviewedFinding) => string | undefined; // its path below the API's root
  choose: (at: number) => void;
}

function Verdict({ of: { decision, suggestion } }: { of: ReviewedFinding }) {
  const verdict = decision?.verdict;
  if (verdict) return <Badge colorPalette={COLOURS[verdict]}>{t(verdict === "pass" ? "review.passed" : "review.blocked")}</Badge>;
  if (!suggestion) return null;
  return (
    <Badge colorPalette={COLOURS[suggestion]} variant="outline">
      {textOf(`suggestion.${suggestion}`, suggestion)}
    </Badge>
  );
}

function Entry({ finding, isCurrent, picture, choose }: { finding: ReviewedFinding; isCurrent: boolean; picture: string | undefined; choose: () => void }) {
  const entry = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isCurrent) entry.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);
  return (
    <Button ref={entry} variant={isCurrent ? "subtle" : "ghost"} width="100%" height="auto" justifyContent="start" textAlign="start" whiteSpace="normal" p={2} aria-current={isCurrent || undefined} onClick={choose}>
      {picture && <Image src={throughApi(picture)} alt="" maxH="3.5rem" maxW="6rem" loading="lazy" />}
      <Box flex={1} minW={0} fontWeight="normal" fontSize="sm">
        <Flex gap={2} wrap="wrap" align="center">
          <Text>{`${formatSeconds(finding.start_s)} – ${formatSeconds(finding.end_s)}`}</Text>
          <Verdict of={finding} />
          {finding.confidence !== null && <Text color="fg.muted">{formatNumber(finding.confidence, 1)}</Text>}
        </Flex>
        <Text overflowWrap="anywhere">{findingText(finding)}</Text>
        {finding.decision && (
          <Text fontSize="xs" color="fg.muted" overflowWrap="anywhere">
            {[decidedText(finding.decision), finding.decision.note].filter(Boolean).join(" – ")}
          </Text>
        )}
      </Box>
    </Button>
  );
}

export function FindingList({ findings, suggestion, current, picture, choose }: Props) {
  if (findings.length === 0) return <Text color="fg.muted">{t(suggestion === "pass" ? "review.no_findings" : "review.not_checked")}</Text>;
  return (
    <Box as="ul" listStyleType="none" maxH="32rem" overflowY="auto" aria-label={t("findings.title")} tabIndex={0}>
      {findings.map((finding, at) => (
        <li key={finding.id}>
          <Entry finding={finding} isCurrent={at === current} picture={picture(finding)} choose={() => choose(at)} />
        </li>
      ))}
    </Box>
  );
}
