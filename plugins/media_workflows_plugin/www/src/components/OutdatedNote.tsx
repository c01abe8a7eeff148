// Beside the button of a check: what it answered was of other values than those that are there now.
import { Text } from "@chakra-ui/react";

import { t } from "../i18n";

export function OutdatedNote({ check }: { check: { isOutdated: boolean } }) {
  if (!check.isOutdated) return null;
  return (
    <Text fontSize="sm" color="fg.muted" role="status" mt={2}>
      {t("check.outdated")}
    </Text>
  );
}
