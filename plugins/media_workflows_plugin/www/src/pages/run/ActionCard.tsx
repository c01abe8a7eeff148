// A step without media: its state, its answer, and the question while it waits.
import { Box, Flex, Heading, Link as ChakraLink, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { Link } from "react-router-dom";

import type { Approval } from "../../api/approvals";
import type { ActionReport, RunReport } from "../../api/runs";
import { Question } from "../../components/approvals/Question";
import { StateBadge } from "../../components/StateBadge";
import { stepLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { Decision } from "./Decision";
import { RunError } from "./RunError";
import { taskPath } from "./taskPath";

function answerText({ answer, by }: ActionReport): string {
  if (answer === "approved") return by ? t("approval.approved_by", { name: by }) : t("approval.approved_late");
  if (answer === "rejected") return by ? t("approval.rejected_by", { name: by }) : t("approval.rejected_late");
  return answer ? JSON.stringify(answer) : "";
}

interface CardProps {
  run: RunReport;
  id: string;
  kind: string;
  state: string;
  children: ReactNode;
}

function Card({ run, id, kind, state, children }: CardProps) {
  return (
    <Box borderWidth={1} borderRadius="md" p={3} data-testid={`action-${id}`}>
      <Flex justify="space-between" gap={2} wrap="wrap">
        <Heading as="h3" size="sm">
          {stepLabel(id, kind)}
        </Heading>
        <StateBadge state={state} />
      </Flex>
      {children}
      <ChakraLink asChild variant="underline" fontSize="sm" mt={1}>
        <Link to={taskPath(run, id)}>{t("run.log")}</Link>
      </ChakraLink>
    </Box>
  );
}

export function ActionCard({ run, action, approval }: { run: RunReport; action: ActionReport; approval: Approval | undefined }) {
  return (
    <Card run={run} id={action.step_id} kind={action.kind} state={action.state ?? "queued"}>
      {approval && <Question approval={approval} />}
      <Text fontSize="sm" mt={1} overflowWrap="anywhere">
        {answerText(action)}
      </Text>
      {action.comment && (
        <Text as="blockquote" fontSize="sm" borderStartWidth={2} ps={2} mt={1} whiteSpace="pre-line" overflowWrap="anywhere">
          {action.comment}
        </Text>
      )}
      <Decision step={action} isCancelled={run.cancelled !== null} />
      {action.status === "FAIL" && <RunError code={action.code} message={action.message} />}
    </Card>
  );
}

// The gate of a review, and the check of a budget, have no report of their own.
export function GateCard({ run, approval }: { run: RunReport; approval: Approval }) {
  return (
    <Card run={run} id={approval.step_id} kind={approval.step_id} state="awaiting_input">
      <Question approval={approval} />
    </Card>
  );
}
