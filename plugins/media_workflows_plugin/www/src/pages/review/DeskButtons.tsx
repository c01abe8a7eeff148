// The commands of the review desk as buttons; the keys do the same.
import { Button, Flex, Kbd, Text } from "@chakra-ui/react";

import { t } from "../../i18n";
import { type Command, KEYS } from "./desk";

const PALETTES: Partial<Record<Command, string>> = { pass: "green", pass_all: "green", block: "red", block_run: "red" };
const OF_FINDING = new Set<Command>(["pass", "block", "note"]);

interface Props {
  commands: Partial<Record<Command, () => void>>;
  hasFinding: boolean;
  reason: string; // why no decision is possible; '' = it is
}

export function DeskButtons({ commands, hasFinding, reason }: Props) {
  return (
    <Flex gap={2} wrap="wrap" mb={4} align="center" role="toolbar" aria-label={t("review.commands")}>
      {KEYS.map(([key, command]) => (
        <Button key={command} size="xs" variant="outline" colorPalette={PALETTES[command]} disabled={!commands[command] || (OF_FINDING.has(command) && !hasFinding)} title={commands[command] ? undefined : reason} onClick={commands[command]} aria-keyshortcuts={key}>
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
