// The latest message to the user, by Chakra's toaster. It survives navigation.
import { createToaster } from "@chakra-ui/react";

import { errorText } from "../i18n/errors";

// At the top: Airflow's own toasts have the bottom.
export const toaster = createToaster({ placement: "top-end", offsets: "1rem" });

export const showSuccess = (text: string) => show(text, "success", 8_000);
export const showError = (error: unknown) => show(errorText(error), "error", Number.POSITIVE_INFINITY);

let latest: string | undefined; // one at a time: the next takes its place, for its own time

function show(title: string, type: "success" | "error", duration: number): void {
  if (latest) toaster.remove(latest);
  latest = toaster.create({ title, type, duration });
}
