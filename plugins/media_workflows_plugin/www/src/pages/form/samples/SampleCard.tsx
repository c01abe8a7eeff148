// A sample of one output: its state, both players, quality and sizes.
import { Box, DataList, Heading, Spinner, Text } from "@chakra-ui/react";

import type { Sample } from "../../../api/samples";
import type { JsonObject } from "../../../api/types";
import { ErrorNote } from "../../../components/ErrorNote";
import { NoticeList } from "../../../components/NoticeList";
import { stepLabel } from "../../../definition/labels";
import { parametersSummary } from "../../../definition/summary";
import { useElapsed } from "../../../hooks/useElapsed";
import { t } from "../../../i18n";
import { formatBytes, formatSeconds } from "../../../i18n/format";
import { SideBySide } from "./SideBySide";
import type { Tried } from "./useSamples";

// [label, value] of what was measured.
export function figuresOf(sample: Sample): [string, string][] {
  const quality: [string, string][] = [];
  if (sample.vmaf != null) quality.push([t("sample.vmaf"), sample.vmaf.toFixed(1)]);
  if (sample.ssim != null) quality.push([t("sample.ssim"), sample.ssim.toFixed(4)]);
  if (quality.length === 0) quality.push([t("sample.quality"), t("sample.not_measured")]);
  return [
    ...quality,
    [t("sample.size"), formatBytes(sample.size_bytes)],
    [t("sample.bitrate"), `${Math.round(sample.bitrate_kbps)} kbps`],
    [t("sample.projected"), formatBytes(sample.projected_bytes)],
    [t("sample.took"), formatSeconds(sample.elapsed_s)],
  ];
}

function Figures({ sample }: { sample: Sample }) {
  return (
    <DataList.Root size="sm" orientation="horizontal" mt={2} gap={1}>
      {figuresOf(sample).map(([label, value]) => (
        <DataList.Item key={label}>
          <DataList.ItemLabel>{label}</DataList.ItemLabel>
          <DataList.ItemValue>{value}</DataList.ItemValue>
        </DataList.Item>
      ))}
    </DataList.Root>
  );
}

function Making() {
  const elapsed_s = useElapsed(true);
  return (
    <Text fontSize="sm">
      <Spinner size="xs" me={2} aria-hidden />
      {t("sample.making", { time: formatSeconds(elapsed_s) })}
    </Text>
  );
}

interface Props {
  tried: Tried;
  source: string | undefined; // the address of the source's sample
}

export function SampleCard({ tried, source }: Props) {
  const { output, state, sample, address, error } = tried;
  const label = output ? stepLabel(output.step_id, output.kind) : t("sample.source");
  const summary = output ? parametersSummary(output.parameters as unknown as JsonObject) : t("sample.source_note");
  return (
    <Box as="li" borderWidth={1} borderRadius="md" p={3}>
      <Heading as="h3" size="sm">
        {label}
      </Heading>
      <Text fontSize="sm" color="fg.muted" mb={2}>
        {summary}
        {sample && ` · ${t("sample.range", { from: formatSeconds(sample.at_s), length: formatSeconds(sample.length_s) })}`}
      </Text>
      {state === "waiting" && <Text fontSize="sm">{t("sample.waiting")}</Text>}
      {state === "making" && <Making />}
      <ErrorNote error={error ?? null} />
      {sample && output && (
        <>
          {address ? <SideBySide source={source} rendition={address} label={label} /> : <Text fontSize="sm">{t("sample.too_large")}</Text>}
          <Figures sample={sample} />
          <NoticeList notices={sample.notices} />
        </>
      )}
    </Box>
  );
}
