// The items of a quality control: problems first, then what passed, then what could not be measured.
import { Badge, Box, Flex, Text } from "@chakra-ui/react";

import type { RunReport } from "../../api/runs";
import { type Column, DataTable } from "../../components/DataTable";
import { Section } from "../../components/Section";
import { choiceLabel, fieldLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { formatNumber, formatSeconds } from "../../i18n/format";
import { hitText, isClear, type QualityItem, type QualityReport, qualityReports, sortedItems } from "./qualityItems";
import { Timeline } from "./Timeline";

const COLOURS: Record<string, string> = { hit: "red", ok: "green", not_measured: "gray" };

function measured({ value, unit }: { value: number | null; unit: string }): string {
  if (value === null) return "";
  return unit === "s" ? formatSeconds(value) : [formatNumber(value, 1), unit].filter(Boolean).join(" ");
}

function Segments({ item, duration_s }: { item: QualityItem; duration_s: number }) {
  if (item.segments.length === 0) return null;
  const places = item.segments.map(({ start_s, end_s }) => `${formatSeconds(start_s)} – ${formatSeconds(end_s)}`).join(", ");
  return (
    <Box minW="10rem" maxH="8rem" overflowY="auto" tabIndex={0} role="group" aria-label={fieldLabel(item.type)}>
      <Timeline spans={item.segments} duration_s={duration_s} />
      <Text fontSize="sm">{places}</Text>
      {item.share !== null && <Text fontSize="sm" color="fg.muted">{t("quality.share", { share: `${formatNumber(item.share * 100, 1)} %` })}</Text>}
    </Box>
  );
}

function Result({ item }: { item: QualityItem }) {
  const state = hitText(item);
  return (
    <Flex gap={2} wrap="wrap" align="center">
      <Badge colorPalette={COLOURS[state]}>{{ hit: t("quality.hit"), ok: t("quality.ok"), not_measured: t("quality.not_measured") }[state]}</Badge>
      {item.reason && <Text>{choiceLabel("reason", item.reason)}</Text>}
    </Flex>
  );
}

function Value({ item }: { item: QualityItem }) {
  return (
    <Box>
      {measured(item)}
      {item.threshold !== null && (
        <Text fontSize="sm" color="fg.muted">
          {t("quality.threshold", { value: measured({ value: item.threshold, unit: item.unit }) })}
        </Text>
      )}
    </Box>
  );
}

function Report({ of }: { of: QualityReport }) {
  const columns: Column<QualityItem>[] = [
    { key: "item", label: t("quality.item"), cell: (item) => fieldLabel(item.type) },
    { key: "result", label: t("quality.result"), cell: (item) => <Result item={item} /> },
    { key: "value", label: t("quality.value"), cell: (item) => <Value item={item} /> },
    { key: "places", label: t("quality.places"), cell: (item) => <Segments item={item} duration_s={of.duration_s} /> },
  ];
  return (
    <Section title={t("quality.title")}>
      {isClear(of.items) && <Text mb={2}>{t("quality.none")}</Text>}
      <DataTable label={t("quality.title")} columns={columns} rows={sortedItems(of.items)} rowKey={(item) => item.type} />
    </Section>
  );
}

export function Quality({ run }: { run: RunReport }) {
  return qualityReports(run).map((report, at) => <Report key={at} of={report} />);
}
