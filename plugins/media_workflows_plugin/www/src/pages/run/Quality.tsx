// The items of a quality control: problems first, then what passed, then what could not be measured.
import { Badge, Box, Flex, Image, Link, Text } from "@chakra-ui/react";

import type { RunReport } from "../../api/runs";
import { type Column, DataTable } from "../../components/DataTable";
import { Section } from "../../components/Section";
import { choiceLabel, fieldLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { formatNumber, formatSeconds } from "../../i18n/format";
import { hitText, isClear, measured, type QualityItem, type QualityReport, partial, qualityReports, sortedItems, textsOf } from "./qualityItems";
import { Timeline } from "./Timeline";
import { useRunFiles } from "./useRunFiles";

const COLOURS: Record<string, string> = { hit: "red", ok: "green", not_measured: "gray" };

function Segments({ item, duration_s }: { item: QualityItem; duration_s: number }) {
  if (item.segments.length === 0) return null;
  const places = item.segments.map(({ start_s, end_s }) => `${formatSeconds(start_s)} – ${formatSeconds(end_s)}`).join(", ");
  return (
    <Box minW="10rem" maxH="8rem" overflowY="auto" tabIndex={0} role="group" aria-label={fieldLabel(item.type)}>
      <Timeline spans={item.segments} duration_s={duration_s} />
      <Text fontSize="sm">{places}</Text>
      {textsOf(item).map((text) => (
        <Text key={text} fontSize="sm" overflowWrap="anywhere">
          {text}
        </Text>
      ))}
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

function Picture({ item, url }: { item: QualityItem; url: string | undefined }) {
  if (!url) return null;
  return (
    <Link href={url} target="_blank" rel="noreferrer">
      <Image src={url} alt={t("quality.picture", { item: fieldLabel(item.type) })} loading="lazy" maxW="10rem" maxH="6rem" mt={1} />
    </Link>
  );
}

// All problems of parts of the source under each other, on one scale of time.
function Overview({ of }: { of: QualityReport }) {
  const items = partial(of);
  if (items.length < 2) return null;
  return (
    <Box mb={3}>
      <Text fontWeight="medium">{t("quality.all")}</Text>
      {items.map((item) => (
        <Flex key={item.type} gap={2} align="center" direction={{ base: "column", md: "row" }}>
          <Text fontSize="sm" w={{ base: "full", md: "14rem" }} flexShrink={0}>
            {fieldLabel(item.type)}
          </Text>
          <Box flex={1} w="full">
            <Timeline spans={item.segments} duration_s={of.duration_s} />
          </Box>
        </Flex>
      ))}
    </Box>
  );
}

function Report({ of, urls }: { of: QualityReport; urls: Map<string, string> }) {
  const columns: Column<QualityItem>[] = [
    { key: "item", label: t("quality.item"), cell: (item) => fieldLabel(item.type) },
    { key: "result", label: t("quality.result"), cell: (item) => <Result item={item} /> },
    { key: "value", label: t("quality.value"), cell: (item) => <Value item={item} /> },
    {
      key: "places",
      label: t("quality.places"),
      cell: (item) => (
        <>
          <Segments item={item} duration_s={of.duration_s} />
          <Picture item={item} url={urls.get(item.picture ?? "")} />
        </>
      ),
    },
  ];
  return (
    <Section title={t("quality.title")}>
      <Overview of={of} />
      {isClear(of.items) && <Text mb={2}>{t("quality.none")}</Text>}
      <DataTable label={t("quality.title")} columns={columns} rows={sortedItems(of.items)} rowKey={(item) => item.type} />
    </Section>
  );
}

function Reports({ run }: { run: RunReport }) {
  const files = useRunFiles(run);
  const urls = new Map(files.data?.items.map(({ key, url }) => [key, url]));
  return qualityReports(run).map((report, at) => <Report key={at} of={report} urls={urls} />);
}

export function Quality({ run }: { run: RunReport }) {
  return qualityReports(run).length > 0 ? <Reports run={run} /> : null;
}
