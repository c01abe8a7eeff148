// How far an import is, and the outcome of each document.
import { List, Progress, Text } from "@chakra-ui/react";

import type { Imported, ImportState } from "../../api/yaml";
import { t } from "../../i18n";
import { messageText, problemText } from "../../i18n/errors";

function Document({ item, number }: { item: Imported; number: number }) {
  return (
    <List.Item>
      {t(`import_action.${item.action}`, { name: item.name || t("import.unnamed", { number }) })}
      {item.message && item.problems?.length === 0 && (
        <Text color="red.fg" fontSize="sm">
          {messageText(item.message, item)}
        </Text>
      )}
      {item.problems?.map((problem) => (
        <Text key={problem.field} color="red.fg" fontSize="sm">
          {problem.field}: {problemText(problem)}
        </Text>
      ))}
    </List.Item>
  );
}

// `isWaiting`: the server does not answer at the moment.
export function ImportOutcome({ found, isWaiting }: { found: ImportState; isWaiting: boolean }) {
  const failed = found.items.filter((item) => !item.ok).length;
  return (
    <div>
      <Progress.Root size="sm" value={found.total ? (found.done / found.total) * 100 : 100}>
        <Progress.Track aria-label={t("import.title")}>
          <Progress.Range />
        </Progress.Track>
      </Progress.Root>
      <Text role="status" my={2}>
        {t(`import_state.${isWaiting ? "waiting" : found.state}`, { done: found.done, total: found.total, failed })}
      </Text>
      <List.Root ps={5} maxH="16rem" overflowY="auto">
        {found.items.map((item, index) => (
          <Document key={index} item={item} number={index + 1} />
        ))}
      </List.Root>
    </div>
  );
}
