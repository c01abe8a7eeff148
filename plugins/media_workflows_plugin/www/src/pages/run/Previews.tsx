// Previews of the source and the outputs.
import { Box, Heading, SimpleGrid, Text } from "@chakra-ui/react";

import type { RunFile } from "../../api/runs";
import { FilePreview, fileName } from "../../components/preview/FilePreview";
import { SpritePreview } from "../../components/preview/SpritePreview";
import { stepLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { formatSeconds } from "../../i18n/format";
import { EarlyNote } from "./EarlyNote";

function Card({ file, title, children }: { file: RunFile; title: string; children: React.ReactNode }) {
  return (
    <Box borderWidth={1} borderRadius="md" p={3} minW={0} data-testid="preview">
      <Heading as="h3" size="xs" mb={1}>
        {title}
        {file.time_offset_s !== null && ` · ${formatSeconds(file.time_offset_s)}`}
      </Heading>
      {children}
      {file.is_early && <EarlyNote file={file} />}
      <Text fontSize="xs" color="fg.muted" overflowWrap="anywhere" mt={1}>
        {fileName(file.key)}
      </Text>
    </Box>
  );
}

// Still pictures come in numbers: they are shown smaller, behind all else.
const isStill = (file: RunFile) => file.of === "output" && file.time_offset_s !== null && file.content_type.startsWith("image/");

export function Previews({ files }: { files: RunFile[] }) {
  const ofSprite = (file: RunFile) => file.kind === "image_sprite";
  const sheetsOf = (vtt: RunFile) => files.filter((file) => ofSprite(file) && file.role === "main" && file.item === vtt.item && file.step_id === vtt.step_id);
  const draw = (file: RunFile) => {
    const title = file.of === "source" ? t("run.source") : stepLabel(file.step_id, file.kind ?? "");
    return (
      <Card key={`${file.bucket}/${file.key}`} file={file} title={title}>
        {ofSprite(file) && file.role === "manifest" ? <SpritePreview vtt={file} sheets={sheetsOf(file)} /> : <FilePreview file={file} />}
      </Card>
    );
  };
  return (
    <>
      <SimpleGrid columns={{ base: 1, md: 2, xl: 3 }} gap={3} mb={3}>
        {files.filter((file) => !isStill(file)).map(draw)}
      </SimpleGrid>
      <SimpleGrid columns={{ base: 2, md: 4, xl: 6 }} gap={3}>
        {files.filter(isStill).map(draw)}
      </SimpleGrid>
    </>
  );
}
