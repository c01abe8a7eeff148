// Enables or disables a workflow, and says what that means or why it is refused.
import { useMutation } from "@tanstack/react-query";

import { queries } from "../api/queries";
import type { Workflow } from "../api/types";
import { setEnabled } from "../api/workflows";
import { t } from "../i18n";
import { showError, showSuccess } from "./messages";

export function useSwitch({ id, definition: { name } }: Workflow, refused?: () => void) {
  return useMutation({
    mutationFn: (enabled: boolean) => setEnabled(id, enabled),
    onSuccess: (answer) => showSuccess(t(answer.enabled ? "switch.enabled" : "switch.disabled", { name })),
    onError: (error) => {
      refused?.();
      showError(error);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["workflows"] }),
  });
}
