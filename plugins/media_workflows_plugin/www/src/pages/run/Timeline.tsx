// Time spans of a source as bars on a line; the list beside it has the same for screen readers.
import { Box } from "@chakra-ui/react";

interface Props {
  spans: { start_s: number; end_s: number }[];
  duration_s: number;
  colour?: (at: number) => string;
}

export function Timeline({ spans, duration_s, colour = () => "red" }: Props) {
  const share = (seconds: number) => `${Math.min(100, (seconds / duration_s) * 100)}%`;
  return (
    <Box position="relative" height="1.2rem" bg="bg.muted" borderRadius="sm" mt={1} aria-hidden>
      {spans.map(({ start_s, end_s }, at) => (
        <Box key={at} position="absolute" top={0} bottom={0} left={share(start_s)} width={share(end_s - start_s)} minW="3px" bg={`${colour(at)}.solid`} opacity={0.8} />
      ))}
    </Box>
  );
}
