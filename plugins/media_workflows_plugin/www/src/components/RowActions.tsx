// The actions of a row; each button is labelled with the row's name.
import { Button, Flex } from "@chakra-ui/react";

import { t } from "../i18n";

export interface RowAction {
  label: string;
  act: () => void;
  danger?: boolean;
}

export function RowActions({ name, actions }: { name: string; actions: (RowAction | false)[] }) {
  return (
    <Flex ms={-2} wrap={{ base: "wrap", lg: "nowrap" }}>
      {actions.map(
        (action) =>
          action && (
            <Button key={action.label} size="xs" variant="ghost" colorPalette={action.danger ? "red" : undefined} aria-label={t("action.named", { action: action.label, name })} onClick={action.act}>
              {action.label}
            </Button>
          ),
      )}
    </Flex>
  );
}
