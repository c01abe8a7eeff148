// The sources of a request in words.
import type { Process } from "../../api/processes";
import { t } from "../../i18n";
import { formatNumber } from "../../i18n/format";

export function sourceText({ url, bucket, key, prefix, total }: Pick<Process, "url" | "bucket" | "key" | "prefix" | "total">): string {
  if (url) return url;
  if (!key) return `${bucket}/${prefix}*`;
  return total > 1 ? t("process.and_more", { key: `${bucket}/${key}`, count: formatNumber(total - 1) }) : `${bucket}/${key}`;
}
