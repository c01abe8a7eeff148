// The latest message to the user, kept outside of the pages so that it survives navigation.
import { useSyncExternalStore } from "react";

import { errorText } from "../i18n/errors";

export interface Message {
  text: string;
  status: "success" | "error" | "info";
}

let latest: Message | null = null;
const listeners = new Set<() => void>();

function set(message: Message | null) {
  latest = message;
  for (const listener of listeners) listener();
}

export const say = (text: string) => set({ text, status: "success" });
export const sayError = (error: unknown) => set({ text: errorText(error), status: "error" });
export const clearMessage = () => set(null);

export function useMessage(): Message | null {
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return useSyncExternalStore(subscribe, () => latest);
}
