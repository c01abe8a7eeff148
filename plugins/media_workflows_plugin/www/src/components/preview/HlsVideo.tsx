// An HLS ladder by hls.js, or natively where Media Source Extensions are missing.
import { useEffect, useRef, useState } from "react";

import type { RunFile } from "../../api/runs";
import { throughApi } from "./useAddress";

interface HlsLike {
  loadSource(url: string): void;
  attachMedia(video: HTMLVideoElement): void;
  on(event: string, listener: (event: string, data: { fatal: boolean }) => void): void;
  destroy(): void;
}

async function playerFor(video: HTMLVideoElement, path: string, playlist: string): Promise<HlsLike> {
  const { default: Hls } = (await import("hls.js/light")) as { default: new () => HlsLike };
  const hls = new Hls();
  let fallen = false;
  hls.on("hlsError", (_, { fatal }) => {
    if (!fatal || fallen) return;
    fallen = true; // segments of another origin without CORS: all through the api-server
    hls.loadSource(throughApi(path));
  });
  hls.loadSource(throughApi(playlist));
  hls.attachMedia(video);
  return hls;
}

interface Props {
  file: RunFile;
  label: string;
  media?: (player: HTMLMediaElement | null) => void;
}

export function HlsVideo({ file, label, media }: Props) {
  const { path } = file;
  const [playlist] = useState(file.playlist!); // a newer link to the same file would restart playback
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    // Chromium 156 has a player of its own, which gives up on segments of another origin.
    if (!("MediaSource" in window) && element.canPlayType("application/vnd.apple.mpegurl")) {
      element.src = throughApi(playlist);
      return;
    }
    const player = playerFor(element, path, playlist);
    return () => void player.then((hls) => hls.destroy(), () => undefined);
  }, [path, playlist]);
  useEffect(() => {
    media?.(video.current);
    return () => media?.(null);
  }, [media]);
  // biome-ignore lint/a11y/useMediaCaption: subtitles, where the stream has them, come with it
  return <video ref={video} controls preload="metadata" aria-label={label} style={{ width: "100%", maxHeight: "20rem", background: "black" }} />;
}
