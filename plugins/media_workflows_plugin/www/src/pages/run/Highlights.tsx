// The clips of highlights, each with its cover, a player and why it was chosen.
import { Box, Heading, SimpleGrid, Text } from "@chakra-ui/react";

import type { RunFile, RunReport } from "../../api/runs";
import { FilePreview, fileName } from "../../components/preview/FilePreview";
import { Section } from "../../components/Section";
import { t } from "../../i18n";
import { formatSeconds } from "../../i18n/format";
import { clipOf, coverOf, type Highlight, highlightsOf, whyText } from "./highlights";
import { useRunFiles } from "./useRunFiles";

function Card({ of, files }: { of: Highlight; files: RunFile[] }) {
  const clip = clipOf(of, files);
  const cover = coverOf(of, files);
  return (
    <Box borderWidth={1} borderRadius="md" p={3} minW={0} data-testid="highlight">
      <Heading as="h3" size="xs" mb={1}>
        {formatSeconds(of.start_s)} – {formatSeconds(of.end_s)}
      </Heading>
      {clip && <FilePreview file={clip} />}
      {cover && (
        <Box mt={2}>
          <Text fontSize="sm">{t("check.cover")}</Text>
          <FilePreview file={cover} />
        </Box>
      )}
      {whyText(of).map((text) => (
        <Text key={text} fontSize="sm" mt={1}>
          {text}
        </Text>
      ))}
      {[clip, cover].map(
        (file) =>
          file && (
            <Text key={file.key} fontSize="xs" color="fg.muted" overflowWrap="anywhere" mt={1}>
              {fileName(file.key)}
            </Text>
          ),
      )}
    </Box>
  );
}

export function Highlights({ run }: { run: RunReport }) {
  const files = useRunFiles(run);
  const highlights = highlightsOf(run.jobs);
  if (highlights.length === 0) return null;
  return (
    <Section title={t("check.highlight")}>
      <SimpleGrid columns={{ base: 1, md: 2, xl: 3 }} gap={3}>
        {highlights.map((one, at) => (
          <Card key={at} of={one} files={files.data?.items ?? []} />
        ))}
      </SimpleGrid>
    </Section>
  );
}
