// The items of two runs side by side: a row for each figure, with the difference.
import { Badge, Box, Button, Flex, Heading, Text } from "@chakra-ui/react";

import type { ComparedItem, ComparedPair } from "../../api/comparison";
import { type Column, DataTable } from "../../components/DataTable";
import { fileName } from "../../components/preview/FilePreview";
import { StateBadge } from "../../components/StateBadge";
import { stepLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatBytes, formatNumber, formatSeconds, NONE } from "../../i18n/format";
import { bitrateOf, changePercent } from "./sides";

interface Figure {
  name: string;
  left: string;
  right: string;
  change?: number; // in per cent
  isLessBetter?: boolean;
}

interface Kind {
  name: string;
  of: (item: ComparedItem) => number | null | undefined;
  text: (value: number | null | undefined) => string;
  isLessBetter?: boolean;
}

const NUMBERS: Kind[] = [
  { name: "size", of: (item) => item.bytes, text: formatBytes, isLessBetter: true },
  { name: "bitrate", of: bitrateOf, text: (value) => (value ? `${formatNumber(value / 1000)} kbps` : NONE), isLessBetter: true },
  { name: "vmaf", of: (item) => item.shown?.vmaf, text: (value) => formatNumber(value, 1) },
  { name: "duration", of: (item) => item.shown?.duration_s, text: formatSeconds },
  { name: "fps", of: (item) => item.shown?.fps, text: (value) => formatNumber(value, 2) },
  { name: "time", of: (item) => item.seconds, text: formatSeconds, isLessBetter: true },
  { name: "files", of: (item) => item.files, text: formatNumber },
];
const JUDGED = new Set(["size", "bitrate", "vmaf", "time"]); // less or more of the others is neither better nor worse

const TEXTS: [string, (item: ComparedItem) => string][] = [
  ["name", ({ shown }) => (shown ? fileName(shown.key) : "")],
  ["resolution", ({ shown }) => (shown?.width ? `${shown.width}×${shown.height}` : "")],
  ["codecs", ({ shown }) => (shown ? [shown.video_codec, ...(shown.audio_codecs ?? [])].filter(Boolean).join(", ") : "")],
];

function figuresOf({ left, right }: ComparedPair): Figure[] {
  const of = <Value,>(item: ComparedItem | null, read: (item: ComparedItem) => Value) => (item ? read(item) : undefined);
  const texts = TEXTS.map(([name, read]) => ({ name, left: of(left, read) || NONE, right: of(right, read) || NONE }));
  const numbers = NUMBERS.map(({ name, of: read, text, isLessBetter }) => {
    const [one, other] = [of(left, read), of(right, read)];
    return { name, left: text(one), right: text(other), change: changePercent(one, other), isLessBetter };
  });
  return [...texts, ...numbers].filter((figure) => figure.left !== NONE || figure.right !== NONE);
}

function Change({ figure: { name, change, isLessBetter = false } }: { figure: Figure }) {
  if (change === undefined || change === 0) return <>{change === 0 ? t("compare.same") : NONE}</>;
  const palette = JUDGED.has(name) ? (change < 0 === isLessBetter ? "green" : "orange") : "gray";
  return <Badge colorPalette={palette}>{`${change > 0 ? "+" : "−"}${formatNumber(Math.abs(change), 1)} %`}</Badge>;
}

const titleOf = ({ kind, left, right }: ComparedPair) => {
  const item = left ?? right!;
  return [stepLabel(item.step_id, kind), `#${item.item + 1}`, t("compare.template", { id: item.definition })].join(" · ");
};

function Missing({ item, label }: { item: ComparedItem | null; label: string }) {
  if (item?.status === "SUCCESS") return null;
  return (
    <Flex gap={2} wrap="wrap" align="center" mb={2}>
      <Text>{label}</Text>
      {item ? <StateBadge state={item.status === "FAIL" ? "failed" : "running"} /> : <Text color="fg.muted">{t("compare.no_item")}</Text>}
      {item?.message && <Text overflowWrap="anywhere">{messageText(item.message)}</Text>}
    </Flex>
  );
}

interface Props {
  pair: ComparedPair;
  play: (() => void) | undefined; // both have files that can be played
}

export function Pair({ pair, play }: Props) {
  const title = titleOf(pair);
  const columns: Column<Figure>[] = [
    { key: "name", label: t("compare.figure"), cell: ({ name }) => <>{t(`figure.${name}` as "figure.size")}</> },
    { key: "left", label: t("compare.left"), align: "end", cell: ({ left }) => <Text overflowWrap="anywhere">{left}</Text> },
    { key: "right", label: t("compare.right"), align: "end", cell: ({ right }) => <Text overflowWrap="anywhere">{right}</Text> },
    { key: "change", label: t("compare.change"), align: "end", cell: (figure) => <Change figure={figure} /> },
  ];
  return (
    <Box borderWidth={1} borderRadius="md" p={3} mb={3} data-testid="pair">
      <Flex justify="space-between" gap={2} wrap="wrap" mb={2}>
        <Heading as="h3" size="sm">
          {title}
        </Heading>
        {play && (
          <Button size="xs" variant="outline" onClick={play} aria-label={t("action.named", { action: t("compare.play"), name: title })}>
            {t("compare.play")}
          </Button>
        )}
      </Flex>
      <Missing item={pair.left} label={t("compare.left")} />
      <Missing item={pair.right} label={t("compare.right")} />
      <DataTable label={title} columns={columns} rows={figuresOf(pair)} rowKey={({ name }) => name} />
    </Box>
  );
}
