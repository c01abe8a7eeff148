// What the keys of the review desk do.
import { Dialog, Flex, Kbd, Text } from "@chakra-ui/react";

import { CloseFooter } from "../../components/CloseFooter";
import { DialogFrame } from "../../components/DialogFrame";
import { t } from "../../i18n";
import { KEYS } from "./desk";

const MORE: Record<string, string> = { next: " ↓", previous: " ↑" };

export function KeysDialog({ close }: { close: () => void }) {
  return (
    <DialogFrame title={t("review.keys")} close={close} size="sm">
      <Dialog.Body>
        {KEYS.map(([key, command]) => (
          <Flex key={key} justify="space-between" gap={3} py={1}>
            <Text>{t(`review_key.${command}`)}</Text>
            <Kbd>{`${key}${MORE[command] ?? ""}`}</Kbd>
          </Flex>
        ))}
      </Dialog.Body>
      <CloseFooter close={close} />
    </DialogFrame>
  );
}
