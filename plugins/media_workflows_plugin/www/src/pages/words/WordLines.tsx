// The words to add, one per line, and the problems of each.
import { Box, List, Textarea } from "@chakra-ui/react";

import { MAX_WORDS } from "../../api/words";
import { FieldFrame } from "../../components/fields/FieldFrame";
import { useField, useForm } from "../../definition/FormContext";
import { splitLines } from "../../definition/lists";
import { t } from "../../i18n";
import { problemText } from "../../i18n/errors";

export function WordLines() {
  const { value, set, problem } = useField("words");
  const ofWords = useForm().problems.filter(({ field }) => field.startsWith("words["));
  return (
    <Box>
      <FieldFrame path="words" label={t("words.lines")} hint={t("words.count", { count: splitLines(value as string).length, most: MAX_WORDS })} problem={problem} required>
        <Textarea rows={8} value={value as string} onChange={(event) => set(event.target.value)} />
      </FieldFrame>
      {ofWords.length > 0 && (
        <List.Root role="list" ps={5} mt={2} color="red.fg" fontSize="sm" aria-label={t("words.problems")}>
          {ofWords.map((problem) => (
            <List.Item key={problem.field} overflowWrap="anywhere">
              {problem.got}: {problemText(problem)}
            </List.Item>
          ))}
        </List.Root>
      )}
    </Box>
  );
}
