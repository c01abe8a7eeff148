// Of a ladder that can be played while it is made: that it is not verified yet, and its address for other players.
import { Button, Code, Text } from "@chakra-ui/react";
import { useState } from "react";

import type { RunFile } from "../../api/runs";
import { t } from "../../i18n";

// Without the signature, which is valid for this file only and for minutes.
export const addressOf = (file: Pick<RunFile, "url">) => file.url.split("?")[0]!;

export function EarlyNote({ file }: { file: RunFile }) {
  const [isCopied, setCopied] = useState(false);
  const address = addressOf(file);
  const copy = () =>
    navigator.clipboard.writeText(address).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <>
      <Text fontSize="sm" color="fg.muted" mt={1}>
        {t("run.early")}
      </Text>
      <Code size="xs" display="block" whiteSpace="pre-wrap" overflowWrap="anywhere" my={1}>
        {address}
      </Code>
      {/* Browsers give pages without TLS no clipboard, except those of this machine. */}
      {navigator.clipboard && (
        <Button size="xs" variant="outline" onClick={copy}>
          {t(isCopied ? "run.early_copied" : "run.early_copy")}
        </Button>
      )}
    </>
  );
}
