// Runs per hour as bars, the failed ones in red at the bottom. Its label has the same in words.
import { Box } from "@chakra-ui/react";

const WIDTH = 4;
const GAP = 1;
const HEIGHT = 24;

const COLOURS = { "& .all": { fill: "cyan.solid" }, "& .failed": { fill: "red.solid" } };

type Hours = [number, number][]; // runs, failed ones

export function barsOf(hours: Hours): { x: number; all: number; failed: number }[] {
  const most = Math.max(1, ...hours.map(([runs]) => runs));
  const height = (count: number) => (count === 0 ? 0 : Math.max(1, Math.round((count / most) * HEIGHT)));
  return hours.map(([runs, failed], at) => ({ x: at * (WIDTH + GAP), all: height(runs), failed: height(failed) }));
}

export function Sparkline({ hours, label }: { hours: Hours; label: string }) {
  const width = hours.length * (WIDTH + GAP);
  return (
    <Box role="img" aria-label={label} title={label} width={`${width}px`} height={`${HEIGHT}px`} borderBottomWidth={1} css={COLOURS}>
      <svg width={width} height={HEIGHT} aria-hidden>
        {barsOf(hours).map(({ x, all, failed }) => (
          <g key={x}>
            <rect className="all" x={x} y={HEIGHT - all} width={WIDTH} height={all} />
            <rect className="failed" x={x} y={HEIGHT - failed} width={WIDTH} height={failed} />
          </g>
        ))}
      </svg>
    </Box>
  );
}
