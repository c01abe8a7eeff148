// Where messages appear, read out by screen readers as they come: a success for a while, an error until it is closed.
import { Toast, Toaster } from "@chakra-ui/react";

import { toaster } from "../hooks/messages";
import { t } from "../i18n";

export function Messages() {
  return (
    <Toaster toaster={toaster} width={{ base: "calc(100vw - 2rem)", md: "sm" }}>
      {(toast) => (
        <Toast.Root role={toast.type === "error" ? "alert" : "status"}>
          <Toast.Indicator />
          <Toast.Title flex={1} whiteSpace="pre-line" overflowWrap="anywhere">
            {toast.title}
          </Toast.Title>
          <Toast.CloseTrigger aria-label={t("app.close")} />
        </Toast.Root>
      )}
    </Toaster>
  );
}
