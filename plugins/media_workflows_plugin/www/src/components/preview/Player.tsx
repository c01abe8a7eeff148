// Plays the first of several files of the same content that this browser can play.
import { Text } from "@chakra-ui/react";
import { useCallback, useState } from "react";

import type { RunFile } from "../../api/runs";
import { t } from "../../i18n";
import { FilePreview } from "./FilePreview";

const isPlayed = (file: RunFile) => file.playlist !== null || /^(video|audio)\//.test(file.content_type);
// A ladder is fetched by pieces and never says that it cannot be played, so it is the last choice.
const rank = (file: RunFile) => (file.playlist ? 2 : file.of === "source" ? 0 : 1);

export const playable = (files: RunFile[]) => files.filter(isPlayed).sort((one, other) => rank(one) - rank(other));

export function Player({ files, media }: { files: RunFile[]; media: (player: HTMLMediaElement | null) => void }) {
  const [failed, setFailed] = useState(0);
  const next = useCallback(() => setFailed((count) => count + 1), []);
  const file = files[failed];
  if (!file) return <Text color="fg.muted">{t("preview.no_player")}</Text>;
  return <FilePreview file={file} media={media} onFail={next} />;
}
