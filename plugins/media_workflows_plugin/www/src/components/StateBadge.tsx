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
  counting: "cyan",
  started: "cyan",
  finished: "green",
  ready: "orange",
  paused: "orange",
  queued: "gray",
  pending: "orange",
  awaiting_input: "orange",
  refused: "orange",
};

export const stateLabel = (state: string) => textOf(`state.${state.toLowerCase()}`, state);

export function StateBadge({ state }: { state: string }) {
  return (
    <Badge colorPalette={COLOURS[state.toLowerCase()] ?? "gray"} variant="surface">
      {stateLabel(state)}
    </Badge>
  );
}
