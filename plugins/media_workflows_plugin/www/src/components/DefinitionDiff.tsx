// Two definitions as YAML, line by line. A sign accompanies the colour, for accessibility.
import { Box, Text } from "@chakra-ui/react";
import { diffLines } from "diff";
import { dump } from "js-yaml";

import { t } from "../i18n";

const SHOWN = { added: { sign: "+", bg: "green.subtle" }, removed: { sign: "−", bg: "red.subtle" }, same: { sign: " ", bg: undefined } };
const text = (definition: unknown) => (definition ? dump(definition, { noRefs: true, sortKeys: true }) : "");

export default function DefinitionDiff({ before, after, same }: { before: unknown; after: unknown; same: string }) {
  const parts = diffLines(text(before), text(after));
  return (
    <Box>
      {parts.every((part) => !part.added && !part.removed) && <Text>{same}</Text>}
      <Box as="pre" fontSize="xs" overflowX="auto" borderWidth={1} borderRadius="md" p={2} tabIndex={0} aria-label={t("revisions.diff")}>
        {parts.map((part, at) => {
          const { sign, bg } = SHOWN[part.added ? "added" : part.removed ? "removed" : "same"];
          return (
            <Box key={at} bg={bg}>
              {part.value
                .replace(/\n$/, "")
                .split("\n")
                .map((line) => `${sign} ${line}`)
                .join("\n")}
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}
