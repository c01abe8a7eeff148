// One event: its body, and each attempt to deliver it.
import { CloseButton, Code, Dialog, Heading, List } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { getEvent } from "../api/events";
import { t } from "../i18n";
import { messageText } from "../i18n/errors";
import { formatSeconds, formatTime } from "../i18n/format";
import { CloseFooter } from "./CloseFooter";
import { DialogFrame } from "./DialogFrame";
import { Loaded } from "./Loaded";

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

export function EventDialog({ id, close }: { id: string; close: () => void }) {
  const event = useQuery({ queryKey: ["deliveries", "event", id], queryFn: () => getEvent(id) });
  return (
    <DialogFrame title={t("deliveries.event_title", { id })} close={close} size="xl" scrollBehavior="inside">
      <Dialog.CloseTrigger asChild>
        <CloseButton size="sm" aria-label={t("app.close")} />
      </Dialog.CloseTrigger>
      <Dialog.Body tabIndex={0}>
        <Loaded of={event}>
          {({ event: { body }, attempts }) => (
            <>
              <Heading as="h3" size="sm">
                {t("deliveries.attempts")}
              </Heading>
              <List.Root ps={4} mb={3} fontSize="sm">
                {Object.values(attempts)
                  .flat()
                  .map((attempt, at) => (
                    <List.Item key={at}>
                      {formatTime(attempt.begun_at)} · {formatSeconds(attempt.latency_s)} · {messageText(attempt.error) || attempt.status}
                    </List.Item>
                  ))}
              </List.Root>
              <Heading as="h3" size="sm">
                {t("deliveries.body")}
              </Heading>
              <Code display="block" whiteSpace="pre-wrap" overflowWrap="anywhere" fontSize="xs" p={2}>
                {pretty(body)}
              </Code>
            </>
          )}
        </Loaded>
      </Dialog.Body>
      <CloseFooter close={close} />
    </DialogFrame>
  );
}
