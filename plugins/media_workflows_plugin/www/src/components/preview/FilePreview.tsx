// A file by its type: video, audio, picture; all others are a download.
import { Image, Link, Text } from "@chakra-ui/react";
import { useEffect } from "react";

import type { RunFile } from "../../api/runs";
import { t } from "../../i18n";
import { HlsVideo } from "./HlsVideo";
import { throughApi, useAddress } from "./useAddress";

export const fileName = (key: string) => key.split("/").at(-1)!;

function Download({ file, note }: { file: RunFile; note?: string }) {
  return (
    <>
      {note && <Text color="fg.muted">{note}</Text>}
      <Link href={throughApi(file.path)} variant="underline" download={fileName(file.key)}>
        {t("preview.download", { name: fileName(file.key) })}
      </Link>
    </>
  );
}

interface Props {
  file: RunFile;
  media?: (player: HTMLMediaElement | null) => void; // takes the player of a video or sound
  onFail?: () => void;
}

// Another file is another player: what is kept of one, such as its link, is not the next one's.
export const FilePreview = (props: Props) => <Preview key={`${props.file.bucket}/${props.file.key}`} {...props} />;

function Preview({ file, media, onFail }: Props) {
  const { address, failed } = useAddress(file);
  useEffect(() => {
    if (failed) onFail?.();
  }, [failed, onFail]);
  const label = t("preview.of", { name: fileName(file.key) });
  const type = file.content_type;
  if (file.playlist) return <HlsVideo file={file} label={label} media={media} />;
  if (failed) return <Download file={file} note={t("preview.failed", { name: fileName(file.key) })} />;
  if (type.startsWith("video/")) return <video ref={media} {...address} controls preload="metadata" aria-label={label} style={{ width: "100%", maxHeight: "20rem", background: "black" }} />;
  if (type.startsWith("audio/")) return <audio ref={media} {...address} controls preload="metadata" aria-label={label} style={{ width: "100%" }} />;
  if (type.startsWith("image/")) {
    return (
      <Link href={address.src} target="_blank" rel="noreferrer">
        <Image {...address} alt={label} maxH="20rem" maxW="100%" objectFit="contain" loading="lazy" />
      </Link>
    );
  }
  return <Download file={file} />;
}
