// How far the join of a late add-on is, with its log, which says why it failed.
import { Flex, Text } from "@chakra-ui/react";

import type { UploadDecision } from "../api/workflows";
import { SIDECARS_DAG, SIDECARS_TASK } from "../definition/ours";
import { t } from "../i18n";
import { messageText } from "../i18n/errors";
import { paths } from "../paths";
import { StateBadge } from "./StateBadge";
import { TextLink } from "./TextLink";

export const isJoin = (of: UploadDecision) => of.rule === "sidecar";

export function JoinOf({ run, state, error }: { run: string; state: string; error: UploadDecision["join_error"] }) {
  return (
    <Flex gap={2} align="center" wrap="wrap" fontSize="sm">
      <StateBadge state={state} />
      {state === "failed" && error?.message && <Text overflowWrap="anywhere">{messageText(error.message)}</Text>}
      <TextLink to={paths.airflowTask(SIDECARS_DAG, run, SIDECARS_TASK)}>{t("run.log")}</TextLink>
    </Flex>
  );
}
