// The findings on the time of the video: a row of markers for each category. A click seeks; the list has the same.
import { Box, Flex, Text } from "@chakra-ui/react";

import type { ReviewedFinding } from "../../api/reviews";
import { t } from "../../i18n";
import { formatSeconds } from "../../i18n/format";
import { CATEGORIES, categoryOf } from "./desk";
import { colourOf, findingText } from "./text";

interface Props {
  findings: ReviewedFinding[];
  duration_s: number;
  time_s: number;
  current: number;
  choose: (at: number) => void;
  seek: (time_s: number) => void;
}

export function ReviewTimeline({ findings, duration_s, time_s, current, choose, seek }: Props) {
  const share = (seconds: number) => `${Math.min(100, (seconds / duration_s) * 100)}%`;
  const rows = CATEGORIES.filter((category) => findings.some((one) => categoryOf(one) === category));
  const clicked = (event: React.MouseEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    seek(((event.clientX - left) / width) * duration_s);
  };
  return (
    <Box mt={2} data-testid="review-timeline">
      {rows.map((category) => (
        <Flex key={category} gap={2} align="center" mt={1}>
          <Text fontSize="xs" width="6.5rem" flexShrink={0} color="fg.muted">
            {t(`review_category.${category}`)}
          </Text>
          <Box position="relative" height="1.5rem" flex={1} bg="bg.muted" borderRadius="sm" overflow="hidden" cursor="pointer" onClick={clicked} aria-hidden>
            {findings.map(
              (one, at) =>
                categoryOf(one) === category && (
                  <Box
                    key={one.id}
                    position="absolute"
                    top={0}
                    bottom={0}
                    left={share(one.start_s)}
                    width={share(one.end_s - one.start_s)}
                    minW="5px"
                    bg={`${colourOf(one)}.solid`}
                    opacity={at === current ? 1 : 0.6}
                    outline={at === current ? "2px solid" : undefined}
                    outlineColor="fg"
                    title={`${formatSeconds(one.start_s)} ${findingText(one)}`}
                    data-finding={one.id}
                    onClick={(event) => {
                      event.stopPropagation();
                      choose(at);
                    }}
                  />
                ),
            )}
            <Box position="absolute" top={0} bottom={0} left={share(time_s)} width="2px" bg="fg" pointerEvents="none" />
          </Box>
        </Flex>
      ))}
    </Box>
  );
}
