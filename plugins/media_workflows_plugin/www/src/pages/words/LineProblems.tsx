// The bad lines of a word list, each with its reason.
import { List } from "@chakra-ui/react";

import type { Problem } from "../../api/client";
import { t } from "../../i18n";
import { fieldProblemText } from "../../i18n/errors";
import { lineOf } from "./lines";

export function LineProblems({ problems }: { problems: Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <List.Root role="list" ps={5} color="red.fg" fontSize="sm" maxH="16rem" overflowY="auto" tabIndex={0} aria-label={t("words.bad_lines")}>
      {problems.map((problem, at) => {
        const line = lineOf(problem.field);
        return (
          <List.Item key={at} overflowWrap="anywhere">
            {line && `${t("words.line", { line })}: `}
            {fieldProblemText(problem)}
          </List.Item>
        );
      })}
    </List.Root>
  );
}
