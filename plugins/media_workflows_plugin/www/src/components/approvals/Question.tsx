// A question that waits: its text, until when, and the buttons.
import { Box, Text } from "@chakra-ui/react";

import type { Approval } from "../../api/approvals";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatTime } from "../../i18n/format";
import { AnswerButtons } from "./AnswerButtons";

export function limitText({ times_out_at, on_timeout }: Approval): string {
  if (!times_out_at || !on_timeout) return "";
  return t(on_timeout === "approved" ? "approval.then_approved" : "approval.then_rejected", { time: formatTime(times_out_at) });
}

export function Question({ approval }: { approval: Approval }) {
  return (
    <Box my={2}>
      <Text overflowWrap="anywhere">{messageText(approval.message)}</Text>
      <Text fontSize="sm" color="fg.muted" mb={2}>
        {limitText(approval)}
      </Text>
      <AnswerButtons approval={approval} />
    </Box>
  );
}
