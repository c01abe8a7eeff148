// The source of a run of which a step has deleted or moved it.
import type { RunReport } from "../../api/runs";
import { t } from "../../i18n";

type Removed = Pick<RunReport, "source" | "source_removed">;

// Where the source can be processed again; null = it was deleted, or there is none.
export function sourceNow({ source, source_removed }: Removed): { bucket: string; key: string } | null {
  return source_removed ? source_removed.moved_to : source;
}

// Whether steps and previews can no longer read it.
export const isSourceLost = ({ source_removed }: Removed) => source_removed != null && !source_removed.is_readable;

// What happened to the source; "" = nothing.
export function removedText({ source_removed }: Removed): string {
  if (!source_removed) return "";
  const { step_id: id, moved_to } = source_removed;
  return moved_to ? t("run.source_moved", { id, place: `${moved_to.bucket}/${moved_to.key}` }) : t("run.source_deleted", { id });
}
