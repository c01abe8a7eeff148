// An HLS ladder by hls.js, or natively where Media Source Extensions are missing.
import { useEffect, useRef, useState } from "react";

import type { RunFile } from "../../api/runs";
import { throughApi } from "./useAddress";

interface HlsLike {
  loadSource(url: string): void;
  attachMedia(video: HTMLVideoElement): void;
  on(event: string, listener: (event: string, data: { fatal: boolean; details: string }) => void): void;
  startLoad(): void;
  destroy(): void;
}

const RETRY_MS = 2_000;
const MAX_RETRIES = 60;

async function playerFor(video: HTMLVideoElement, path: string, playlist: string, isEarly: boolean): Promise<HlsLike> {
  const { default: Hls } = (await import("hls.js/light")) as { default: new () => HlsLike };
  const hls = new Hls();
  let fallen = false;
  let retries = 0;
  hls.on("hlsError", (_, { fatal, details }) => {
    if (!fatal) return;
    // Between the last early playlist and the result of the step, the run has no playlist for a moment.
    if (isEarly && details === "levelLoadError" && retries < MAX_RETRIES) {
      retries += 1;
      setTimeout(() => video.isConnected && hls.startLoad(), RETRY_MS);
      return;
    }
    if (fallen) return;
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
  const [isEarly] = useState(file.is_early); // the player goes on with the verified playlists
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    // Chromium 156 has a player of its own, which gives up on segments of another origin.
    if (!("MediaSource" in window) && element.canPlayType("application/vnd.apple.mpegurl")) {
      element.src = throughApi(playlist);
      return;
    }
    const player = playerFor(element, path, playlist, isEarly);
    return () => void player.then((hls) => hls.destroy(), () => undefined);
  }, [path, playlist, isEarly]);
  useEffect(() => {
    media?.(video.current);
    return () => media?.(null);
  }, [media]);
  // biome-ignore lint/a11y/useMediaCaption: subtitles, where the stream has them, come with it
  return <video ref={video} controls preload="metadata" aria-label={label} style={{ width: "100%", maxHeight: "20rem", background: "black" }} />;
}
