// The items of a quality control: problems first, then what passed, then what could not be measured.
import { Badge, Box, Flex, Table, Text } from "@chakra-ui/react";

import type { RunReport } from "../../api/runs";
import { Section } from "../../components/Section";
import { choiceLabel, fieldLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { formatNumber, formatSeconds } from "../../i18n/format";
import { hitText, type QualityItem, qualityReports, sortedItems } from "./qualityItems";
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
    <Box maxH="8rem" overflowY="auto" tabIndex={0} role="group" aria-label={fieldLabel(item.type)}>
      <Timeline spans={item.segments} duration_s={duration_s} />
      <Text fontSize="sm">{places}</Text>
      {item.share !== null && <Text fontSize="sm" color="fg.muted">{t("quality.share", { share: `${formatNumber(item.share * 100, 1)} %` })}</Text>}
    </Box>
  );
}

function Row({ item, duration_s }: { item: QualityItem; duration_s: number }) {
  const state = hitText(item);
  return (
    <Table.Row data-testid={`quality-${item.type}`}>
      <Table.Cell>{fieldLabel(item.type)}</Table.Cell>
      <Table.Cell>
        <Flex gap={2} wrap="wrap" align="center">
          <Badge colorPalette={COLOURS[state]}>{{ hit: t("quality.hit"), ok: t("quality.ok"), not_measured: t("quality.not_measured") }[state]}</Badge>
          {item.reason && <Text>{choiceLabel("reason", item.reason)}</Text>}
        </Flex>
      </Table.Cell>
      <Table.Cell>
        {measured(item)}
        {item.threshold !== null && <Text fontSize="sm" color="fg.muted">{t("quality.threshold", { value: measured({ value: item.threshold, unit: item.unit }) })}</Text>}
      </Table.Cell>
      <Table.Cell minW="10rem">
        <Segments item={item} duration_s={duration_s} />
      </Table.Cell>
    </Table.Row>
  );
}

export function Quality({ run }: { run: RunReport }) {
  return qualityReports(run).map((report, at) => (
    <Section key={at} title={t("quality.title")}>
      {report.items.every((item) => !item.hit) && <Text mb={2}>{t("quality.none")}</Text>}
      <Box overflowX="auto">
        <Table.Root size="sm" aria-label={t("quality.title")}>
          <Table.Header>
            <Table.Row>
              {[t("quality.item"), t("quality.result"), t("quality.value"), t("quality.places")].map((name) => (
                <Table.ColumnHeader key={name}>{name}</Table.ColumnHeader>
              ))}
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {sortedItems(report.items).map((item) => (
              <Row key={item.type} item={item} duration_s={report.duration_s} />
            ))}
          </Table.Body>
        </Table.Root>
      </Box>
    </Section>
  ));
}
