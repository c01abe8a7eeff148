// The latest message to the reader, kept outside of pages: it is still there after going to another one.
import { useSyncExternalStore } from "react";

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
export const sayError = (error: unknown) => set({ text: error instanceof Error ? error.message : String(error), status: "error" });
export const clearMessage = () => set(null);

export function useMessage(): Message | null {
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return useSyncExternalStore(subscribe, () => latest);
}
