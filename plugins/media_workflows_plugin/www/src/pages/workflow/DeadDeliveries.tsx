// Sends all dead events of a workflow again.
import { Button, Flex } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";

import { resendDead } from "../../api/events";
import { queries } from "../../api/queries";
import { showError, showSuccess } from "../../hooks/messages";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";

export function DeadDeliveries({ workflow }: { workflow: string }) {
  const { can_change_runs } = useMe(workflow);
  const resend = useMutation({
    mutationFn: () => resendDead(workflow),
    onSuccess: ({ queued }) => showSuccess(t("deliveries.queued", { count: queued })),
    onError: showError,
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ["deliveries"] }), queries.invalidateQueries({ queryKey: ["home"] })]),
  });
  if (!can_change_runs) return null;
  return (
    <Flex justify="end" mb={2}>
      <Button size="sm" variant="outline" loading={resend.isPending} onClick={() => resend.mutate()}>
        {t("deliveries.resend_dead")}
      </Button>
    </Flex>
  );
}
