// The commands of the review desk as buttons; the keys do the same.
import { Button, Flex, Kbd, Text } from "@chakra-ui/react";

import { t } from "../../i18n";
import { type Command, KEYS } from "./desk";

const PALETTES: Partial<Record<Command, string>> = { pass: "green", pass_all: "green", block: "red", block_run: "red" };
const OF_FINDINGS = new Set<Command>(["next", "previous", "pass", "block", "note", "pass_all"]); // without one they do nothing

interface Props {
  commands: Partial<Record<Command, () => void>>;
  hasFindings: boolean;
  reason: string; // why no decision is possible; '' = it is
}

export function DeskButtons({ commands, hasFindings, reason }: Props) {
  const shown = KEYS.filter(([, command]) => hasFindings || !OF_FINDINGS.has(command));
  const whyNot = (command: Command) => (commands[command] ? undefined : reason || t("review.all_decided"));
  return (
    <Flex gap={2} wrap="wrap" mb={4} align="center" role="toolbar" aria-label={t("review.commands")}>
      {shown.map(([key, command]) => (
        <Button key={command} size="xs" variant="outline" colorPalette={PALETTES[command]} disabled={!commands[command]} title={whyNot(command)} onClick={commands[command]} aria-keyshortcuts={key}>
          {t(`review_key.${command}`)}
          <Kbd size="sm" aria-hidden>
            {key}
          </Kbd>
        </Button>
      ))}
      {reason && (
        <Text fontSize="sm" color="fg.muted">
          {reason}
        </Text>
      )}
    </Flex>
  );
}
