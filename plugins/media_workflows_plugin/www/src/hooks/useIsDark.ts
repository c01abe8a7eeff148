// Whether Airflow shows its dark theme, which it writes to <html class>.
import { useSyncExternalStore } from "react";

const isDark = () => document.documentElement.classList.contains("dark");

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  return () => observer.disconnect();
}

export const useIsDark = () => useSyncExternalStore(subscribe, isDark);
