// Highlights of an analysis, with the files of their clips.
import type { ItemReport, RunFile, RunReport } from "../../api/runs";
import type { Model } from "../../api/types";
import { choiceLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { formatNumber } from "../../i18n/format";

export type Highlight = Model<"Highlight">;
type Job = { items: Pick<ItemReport, "sub_tasks">[] };

export function highlightsOf(jobs: Job[]): Highlight[] {
  const outputs = jobs.flatMap(({ items }) => items.flatMap(({ sub_tasks }) => sub_tasks.map(({ output }) => output)));
  return outputs.flatMap((output) => (output?.shape === "highlights" ? output.segments : []));
}

type Place = Highlight["clip"];
const isAt = (place: Place | undefined) => (file: Pick<RunFile, "bucket" | "key">) => !!place && file.bucket === place[0] && file.key === place[1];

export const clipOf = (highlight: Highlight, files: RunFile[]) => files.find(isAt(highlight.clip));
export const coverOf = (highlight: Highlight, files: RunFile[]) => files.find(isAt(highlight.picture));

// The files without those that are shown with the highlights.
export function besideHighlights(files: RunFile[], jobs: RunReport["jobs"]): RunFile[] {
  const shown = highlightsOf(jobs).filter(({ clip }) => clip);
  return files.filter((file) => !shown.some(({ clip, picture }) => isAt(clip)(file) || isAt(picture)(file)));
}

const signed = (value: number) => `${value > 0 ? "+" : ""}${formatNumber(value, 1)}`;

// Why it was chosen: what stands out of the mean, the most first, and where it begins and ends. Earlier versions cut no clips.
export function whyText({ figures, begins, ends, clip, reason }: Highlight): string[] {
  const parts = Object.entries(figures)
    .filter(([, value]) => value > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([name, value]) => t("highlights.figure", { name: choiceLabel("measure", name), value: signed(value) }));
  if (Object.keys(figures).length === 0) return [clip ? t("highlights.whole") : reason];
  const edges = t("highlights.edges", { begins: choiceLabel("edge", begins), ends: choiceLabel("edge", ends) });
  return parts.length > 0 ? [t("highlights.why", { figures: parts.join(t("list.separator")) }), edges] : [edges];
}
