// How far behind the detection of a workflow's uploads is, and why. In a list of uploads always, beside an upload only
// while it does not work.
import { Alert, Text } from "@chakra-ui/react";

import { type Detection, getDetection } from "../api/workflows";
import { usePolled } from "../hooks/usePolled";
import { t } from "../i18n";
import { messageText } from "../i18n/errors";
import { formatAgo, formatSeconds, formatTime } from "../i18n/format";
import { ErrorNote } from "./ErrorNote";

// The place of a queue is its URL, of which people know the end.
const placeOf = ({ kind, place }: Detection["sources"][number]) => (kind === "queue" ? (place.split("/").at(-1) ?? place) : place);

export function detectionLines(found: Detection): string[] {
  const never = found.behind_s === null && found.state !== "off";
  const lines = [t(never ? "detection.never" : `detection.${found.state}`, { time: formatSeconds(found.behind_s) })];
  for (const source of found.sources) if (source.error) lines.push(t("detection.error", { place: placeOf(source), since: formatTime(source.failing_since), message: messageText(source.error.message ?? "") }));
  lines.push(t("detection.times", { polled: formatAgo(found.polled_at), decided: formatAgo(found.last_decision_at) }));
  return lines;
}

export function DetectionNote({ workflow, quiet = false }: { workflow: string; quiet?: boolean }) {
  const { data: found, error } = usePolled(["detection", workflow], () => getDetection(workflow));
  if (error || !found) return <ErrorNote error={error} />;
  const [summary, ...details] = detectionLines(found);
  if (found.state === "ok") {
    return quiet ? null : (
      <Text fontSize="sm" color="fg.muted" mb={3}>
        {[summary, ...details].join(" ")}
      </Text>
    );
  }
  return (
    <Alert.Root status="warning" variant="surface" size="sm" my={2} role="status">
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title>{summary}</Alert.Title>
        {details.map((line) => (
          <Alert.Description key={line} overflowWrap="anywhere">
            {line}
          </Alert.Description>
        ))}
      </Alert.Content>
    </Alert.Root>
  );
}
