// The source and its outputs, one file per row.
import { Badge, Code } from "@chakra-ui/react";

import type { MediaFile, RunReport } from "../../api/runs";
import { type Column, DataTable } from "../../components/DataTable";
import { fileName } from "../../components/preview/FilePreview";
import { stepLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { formatBytes, formatNumber, formatSeconds, NONE, savedPercent } from "../../i18n/format";

interface Row {
  file: MediaFile;
  what: string;
  isSource: boolean;
  bytes: number; // with all segments
  segments: number;
  loudness: MediaFile["loudness"]; // of a ladder, that of its sub-streams
}

// One row per file a person would name; segments count into their manifest.
export function rowsOf(run: RunReport): Row[] {
  const rows: Row[] = run.before ? [{ file: run.before, what: t("run.source"), isSource: true, bytes: run.before.size_bytes, segments: 0, loudness: [] }] : [];
  for (const job of run.jobs)
    for (const item of job.items) {
      const parts = item.after.filter((file) => file.role === "segment" || file.role === "playlist");
      const partBytes = parts.reduce((sum, file) => sum + file.size_bytes, 0);
      for (const file of item.after) {
        if (file.role === "segment" || file.role === "playlist") continue;
        const isManifest = file.role === "manifest" && parts.length > 0;
        const loudness = [file, ...(isManifest ? parts : [])].flatMap((one) => one.loudness);
        rows.push({ file, what: stepLabel(job.step_id, job.kind), isSource: false, bytes: file.size_bytes + (isManifest ? partBytes : 0), segments: isManifest ? parts.length : 0, loudness });
      }
    }
  return rows;
}

function Saved({ row, source }: { row: Row; source: number | undefined }) {
  const isFilm = row.file.duration_s !== null;
  const saved = row.isSource || !isFilm ? null : savedPercent(source, row.bytes);
  if (saved === null) return <>{NONE}</>;
  return <Badge colorPalette={saved >= 0 ? "green" : "orange"}>{saved >= 0 ? t("run.saved", { percent: saved }) : t("run.grew", { percent: -saved })}</Badge>;
}

// Before and after, once for equal ones: the renditions of a ladder share their sound.
function loudnessText(loudness: Row["loudness"]): string {
  const changes = loudness.map(({ before, after }) => `${formatNumber(before.integrated_lufs, 1)} → ${formatNumber(after.integrated_lufs, 1)} LUFS`);
  return [...new Set(changes)].join(", ") || NONE;
}

export function FileTable({ run }: { run: RunReport }) {
  const rows = rowsOf(run);
  const columns: Column<Row>[] = [
    { key: "what", label: t("run.file"), cell: (row) => <>{row.what}</> },
    { key: "key", label: t("run.name"), cell: ({ file, segments }) => <Code size="sm" dir="auto" title={`${file.bucket}/${file.key}`}>{fileName(file.key)}{segments > 0 && ` + ${segments}`}</Code> },
    { key: "size", label: t("run.size"), align: "end", cell: (row) => <>{formatBytes(row.bytes)}</> },
    { key: "saved", label: t("run.saved_title"), align: "end", cell: (row) => <Saved row={row} source={run.before?.size_bytes} /> },
    { key: "resolution", label: t("run.resolution"), cell: ({ file }) => <>{file.width ? `${file.width}×${file.height}` : NONE}</> },
    { key: "codecs", label: t("run.codecs"), cell: ({ file }) => <>{[file.video_codec, ...file.audio_codecs].filter(Boolean).join(", ") || NONE}</> },
    { key: "fps", label: t("run.frame_rate"), align: "end", cell: ({ file }) => <>{formatNumber(file.fps, 2)}</> },
    { key: "bitrate", label: t("run.bitrate"), align: "end", cell: ({ file, segments }) => <>{file.bitrate_bps && segments === 0 ? `${formatNumber(file.bitrate_bps / 1000)} kbps` : NONE}</> },
    { key: "duration", label: t("run.duration"), align: "end", cell: ({ file }) => <>{formatSeconds(file.duration_s)}</> },
  ];
  if (rows.some(({ loudness }) => loudness.length > 0))
    columns.push({ key: "loudness", label: t("run.loudness"), align: "end", cell: ({ loudness }) => <>{loudnessText(loudness)}</> });
  return <DataTable label={t("run.files")} columns={columns} rows={rows} rowKey={({ file }) => `${file.bucket}/${file.key}`} />;
}
