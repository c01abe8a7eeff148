// A sprite as in a player: a time slider, and the picture that WebVTT names for the time.
import { Box, Slider, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { get } from "../../api/client";
import type { RunFile } from "../../api/runs";
import { t } from "../../i18n";
import { formatSeconds } from "../../i18n/format";
import { cueAt, parseSprite } from "./sprite";
import { throughApi } from "./useAddress";

export function SpritePreview({ vtt, sheets }: { vtt: RunFile; sheets: RunFile[] }) {
  const [time_s, setTime] = useState(0);
  const cues = useQuery({ queryKey: ["sprite", vtt.path], queryFn: async () => parseSprite(await get<string>(vtt.path)), staleTime: Infinity }).data ?? [];
  const cue = cueAt(cues, time_s);
  const sheet = sheets.find((file) => file.key.endsWith(`/${cue?.sheet}`) || file.key === cue?.sheet);
  if (!cue || !sheet) return null;
  return (
    <Box>
      <Box role="img" aria-label={t("preview.sprite_at", { time: formatSeconds(time_s) })} width={`${cue.width}px`} height={`${cue.height}px`} maxW="100%" backgroundImage={`url("${throughApi(sheet.path)}")`} backgroundPosition={`-${cue.x}px -${cue.y}px`} mb={2} />
      <Slider.Root size="sm" min={0} max={cues.at(-1)!.end_s} step={0.1} value={[time_s]} onValueChange={({ value }) => setTime(value[0] ?? 0)} aria-label={[t("preview.scrub")]}>
        <Slider.Control>
          <Slider.Track>
            <Slider.Range />
          </Slider.Track>
          <Slider.Thumb index={0} />
        </Slider.Control>
      </Slider.Root>
      <Text fontSize="xs" color="fg.muted">
        {formatSeconds(time_s)}
      </Text>
    </Box>
  );
}
