// Two revisions, of one workflow or of two, as YAML, line by line. A sign accompanies the colour, for accessibility.
import { Box, Text } from "@chakra-ui/react";
import { useQueries } from "@tanstack/react-query";
import { diffLines } from "diff";
import { dump } from "js-yaml";

import { getRevision } from "../api/workflows";
import { ErrorNote } from "./ErrorNote";
import { t } from "../i18n";

interface Place {
  workflow: string;
  revision: number;
}

interface Props {
  from: Place;
  to: Place;
}

const SHOWN = { added: { sign: "+", bg: "green.subtle" }, removed: { sign: "−", bg: "red.subtle" }, same: { sign: " ", bg: undefined } };

export function RevisionDiff({ from, to }: Props) {
  const [before, after] = useQueries({
    queries: [from, to].map(({ workflow, revision }) => ({ queryKey: ["workflows", "revision", workflow, revision], queryFn: () => getRevision(workflow, revision), staleTime: Infinity })),
  });
  if (!before?.data || !after?.data) return <ErrorNote error={before?.error ?? after?.error} />;
  const text = (definition: unknown) => (definition ? dump(definition, { noRefs: true, sortKeys: true }) : "");
  const parts = diffLines(text(before.data.definition), text(after.data.definition));
  return (
    <Box>
      {(from.workflow !== to.workflow || from.revision !== to.revision) && parts.every((part) => !part.added && !part.removed) && <Text>{t("revisions.same")}</Text>}
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
