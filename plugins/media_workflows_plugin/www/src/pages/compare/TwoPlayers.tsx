// Two outputs, or a source and an output, in two players that run together.
import { Box, SimpleGrid, Text } from "@chakra-ui/react";
import { useEffect, useState } from "react";

import type { RunFile } from "../../api/runs";
import { Player, playable } from "../../components/preview/Player";
import { t } from "../../i18n";
import { synchronised } from "./sync";

export function TwoPlayers({ left, right }: { left: RunFile[]; right: RunFile[] }) {
  const [first, setFirst] = useState<HTMLMediaElement | null>(null);
  const [second, setSecond] = useState<HTMLMediaElement | null>(null);
  useEffect(() => (first && second ? synchronised(first, second) : undefined), [first, second]);
  const side = (label: string, files: RunFile[], media: (player: HTMLMediaElement | null) => void) => (
    <Box minW={0}>
      <Text fontSize="sm" mb={1}>
        {label}
      </Text>
      <Player files={playable(files)} media={media} />
    </Box>
  );
  return (
    <SimpleGrid columns={{ base: 1, md: 2 }} gap={3} data-testid="two-players">
      {side(t("compare.left"), left, setFirst)}
      {side(t("compare.right"), right, setSecond)}
    </SimpleGrid>
  );
}
