// A state as a word with a colour.
import { Badge } from "@chakra-ui/react";

import { textOf } from "../i18n";

const COLOURS: Record<string, string> = {
  success: "green",
  delivered: "green",
  fired: "green",
  failed: "red",
  fail: "red",
  dead: "red",
  running: "cyan",
  processing: "cyan",
  queued: "gray",
  pending: "orange",
  refused: "orange",
};

export function StateBadge({ state }: { state: string }) {
  const name = state.toLowerCase();
  return (
    <Badge colorPalette={COLOURS[name] ?? "gray"} variant="surface">
      {textOf(`state.${name}`, state)}
    </Badge>
  );
}
