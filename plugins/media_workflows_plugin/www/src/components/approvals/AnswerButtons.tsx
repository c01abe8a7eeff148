// The buttons of an answer, or the reason why this user has none.
import { Button, Flex, Text } from "@chakra-ui/react";

import type { Answer, Approval } from "../../api/approvals";
import { questionLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { useAsk } from "./Answering";

export function AnswerButtons({ approval }: { approval: Approval }) {
  const ask = useAsk();
  if (!approval.may_answer)
    return (
      <Text fontSize="sm" color="fg.muted">
        {approval.who.length > 0 ? t("approval.only", { users: approval.who.join(", ") }) : t("approval.no_permission")}
      </Text>
    );
  const button = (given: Answer, text: string, palette: string) => (
    <Button size="xs" variant="outline" colorPalette={palette} onClick={() => ask(approval, given)} aria-label={t("action.named", { action: text, name: questionLabel(approval.step_id) })}>
      {text}
    </Button>
  );
  return (
    <Flex gap={2} wrap="wrap">
      {button("approved", t("approval.approve"), "green")}
      {button("rejected", t("approval.reject"), "red")}
    </Flex>
  );
}
