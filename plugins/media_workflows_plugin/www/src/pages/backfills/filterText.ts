// The selection and the limits of a backfill in words.
import type { Backfill } from "../../api/backfills";
import { choiceLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { formatBytes, formatNumber, formatTime } from "../../i18n/format";

export function filterText({ filters, bucket }: Pick<Backfill, "filters" | "bucket">): string {
  const { prefix, select, formats = [], keys = [], min_bytes, max_bytes, modified_after, modified_before } = filters;
  return [
    keys.length > 0 ? t("backfills.keys", { count: formatNumber(keys.length) }) : `${bucket}/${prefix ?? ""}`,
    choiceLabel("select", select ?? "all"),
    formats.join(" "),
    typeof min_bytes === "number" && `≥ ${formatBytes(min_bytes)}`,
    typeof max_bytes === "number" && `≤ ${formatBytes(max_bytes)}`,
    modified_after && t("backfills.after", { time: formatTime(modified_after) }),
    modified_before && t("backfills.before", { time: formatTime(modified_before) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

export const rateText = ({ objects_per_minute }: Pick<Backfill, "objects_per_minute">) => (objects_per_minute === null ? "–" : t("backfills.rate_value", { rate: formatNumber(objects_per_minute, 1) }));

export function limitText({ max_at_once, per_minute }: Pick<Backfill, "max_at_once" | "per_minute">): string {
  const rate = per_minute === null ? t("backfills.no_rate_limit") : t("backfills.rate_limit", { count: formatNumber(per_minute) });
  return [t("backfills.at_once", { count: formatNumber(max_at_once) }), rate].join(" · ");
}
