// The source and a rendition, played together: what is done to one player is done to the other.
import { Box, SimpleGrid, Text } from "@chakra-ui/react";
import { type RefObject, useRef, useState } from "react";

import { t } from "../../../i18n";

const CLOSE_S = 0.1; // players this close to each other are left alone

interface PlayerProps {
  address: string;
  label: string;
  muted: boolean;
  own: RefObject<HTMLVideoElement | null>;
  other: RefObject<HTMLVideoElement | null>;
}

function follow(from: HTMLVideoElement | null, to: HTMLVideoElement | null) {
  if (!from || !to) return;
  if (Math.abs(to.currentTime - from.currentTime) > CLOSE_S) to.currentTime = from.currentTime;
  if (from.paused && !to.paused) to.pause();
  if (!from.paused && to.paused && !to.ended) void to.play().catch(() => undefined);
}

function Player({ address, label, muted, own, other }: PlayerProps) {
  const [failed, setFailed] = useState(false);
  const lead = () => follow(own.current, other.current);
  return (
    <Box minW={0}>
      <Text fontSize="xs" color="fg.muted">
        {label}
      </Text>
      {failed ? (
        <Text fontSize="sm">{t("sample.not_played")}</Text>
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: a sample has no captions
        <video ref={own} src={address} controls muted={muted} preload="auto" aria-label={label} onError={() => setFailed(true)} onPlay={lead} onPause={lead} onSeeked={lead} style={{ width: "100%", maxHeight: "20rem", background: "black" }} />
      )}
    </Box>
  );
}

interface Props {
  source: string | undefined;
  rendition: string | undefined;
  label: string;
}

export function SideBySide({ source, rendition, label }: Props) {
  const [left, right] = [useRef<HTMLVideoElement>(null), useRef<HTMLVideoElement>(null)];
  return (
    <SimpleGrid columns={{ base: 1, md: 2 }} gap={3}>
      {source && <Player address={source} label={t("sample.source")} muted own={left} other={right} />}
      {rendition && <Player key={rendition} address={rendition} label={label} muted={false} own={right} other={left} />}
    </SimpleGrid>
  );
}
