// A one-line summary of parameters, from whatever fields they have.
import type { Json, JsonObject } from "../api/types";

const object = (value: Json | undefined): JsonObject => (value !== null && typeof value === "object" && !Array.isArray(value) ? value : {});

function sizeOf({ width, height }: JsonObject): string {
  if (!width && !height) return "";
  return `${width || "auto"}×${height || "auto"}`;
}

function rateOf({ crf, target_vmaf, bitrate_kbps }: JsonObject): string {
  if (crf !== null && crf !== undefined) return `CRF ${crf}`;
  if (target_vmaf) return `VMAF ${target_vmaf}`;
  return bitrate_kbps ? `${bitrate_kbps} kbps` : "";
}

function videoOf(video: JsonObject): string {
  return [video.codec, sizeOf(video), rateOf(video), video.fps ? `${video.fps} fps` : ""].filter(Boolean).join(" ");
}

export function parametersSummary(parameters: JsonObject): string {
  const video = object(parameters.video);
  const audio = object(parameters.audio);
  const mark = object(parameters.mark);
  const streams = Array.isArray(parameters.streams) ? parameters.streams : [];
  const heights = streams.map((stream) => object(object(stream).video).height).filter(Boolean);
  const parts = [
    parameters.container,
    videoOf(video),
    audio.codec && `${audio.codec}${audio.bitrate_kbps ? ` ${audio.bitrate_kbps} kbps` : ""}`,
    parameters.format,
    sizeOf(parameters),
    parameters.fps && `${parameters.fps} fps`,
    heights.length > 0 && `${heights.join(" / ")}p`,
    parameters.sample_interval && `${parameters.sample_interval}${parameters.sample_type === "percent" ? " %" : " s"}`,
    parameters.row_count && `${parameters.column_count}×${parameters.row_count}`,
    mark.type,
    parameters.origin,
  ];
  return parts.filter(Boolean).join(" · ");
}
