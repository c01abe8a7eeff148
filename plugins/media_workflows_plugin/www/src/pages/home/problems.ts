// What does not work, in words, with the page where it is mended, if there is one.
import type { Health, Home } from "../../api/home";
import { SIDECARS_DAG, SIDECARS_TASK } from "../../definition/ours";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatAgo, formatBytes, formatSeconds, formatTime } from "../../i18n/format";
import { paths } from "../../paths";

export interface Problem {
  text: string;
  to?: string;
}

const LITTLE = 0.05; // of a disk

function ofDetection(found: Health["detection"]): Problem[] {
  if (!found || found.state === "ok") return [];
  const isUnknown = found.behind_s === null && found.state !== "off";
  const text = t(isUnknown ? "detection.never" : `detection.${found.state}`, { time: formatSeconds(found.behind_s) });
  const places = found.failing.map(({ place, failing_since, error }) => t("detection.error", { place, since: formatTime(failing_since), message: messageText(error?.message ?? "") }));
  return [{ text, to: found.state === "stopped" ? paths.airflowDag("media_uploads") : undefined }, ...places.map((line) => ({ text: line }))];
}

function ofComponent({ name, state, seen_at }: Health["components"][number]): Problem[] {
  if (state === "ok") return [];
  const isDag = name.startsWith("media_");
  if (isDag) return [{ text: t(`health.dag_${state}`, { name }), to: state === "missing" ? undefined : paths.airflowDag(name) }];
  return [{ text: seen_at ? t("health.process_down", { name, time: formatAgo(seen_at) }) : t("health.process_missing", { name }) }];
}

function ofDisk({ worker, free_bytes, total_bytes }: Health["disks"][number]): Problem[] {
  if (free_bytes >= LITTLE * total_bytes) return [];
  return [{ text: t("health.disk_full", { worker, free: formatBytes(free_bytes), total: formatBytes(total_bytes) }) }];
}

const ofEngine = ({ name, message }: Health["engines"][number]): Problem[] => (name === "ffmpeg" && message ? [{ text: messageText(message) }] : []);

function ofJoin({ key, workflow_id, workflow_name, run_id, error }: Home["failed_joins"][number]): Problem {
  const message = error?.message ? messageText(error.message) : t("home.join_without_reason");
  return { text: t("home.join_failed", { key, name: workflow_name ?? workflow_id, message }), to: paths.airflowTask(SIDECARS_DAG, run_id, SIDECARS_TASK) };
}

export function problemsOf({ health, failed_joins }: Pick<Home, "health" | "failed_joins">): Problem[] {
  return [...ofDetection(health.detection), ...health.components.flatMap(ofComponent), ...failed_joins.map(ofJoin), ...health.engines.flatMap(ofEngine), ...health.disks.flatMap(ofDisk)];
}
