// Texts in the language that Airflow's own page is in: Airflow writes it to <html lang>.
import { useSyncExternalStore } from "react";

import en from "./en.json";
import hints from "./hints.zh.json";
import starters from "./starters.zh.json";
import variables from "./variables.zh.json";
import zh from "./zh.json";

export type Key = keyof typeof en;
type Values = Record<string, string | number>;
const TEXTS: Record<string, Record<Key, string>> = { en, zh };

export function currentLanguage(): "en" | "zh" {
  // Airflow sets <html lang> when the language changes; until then the language is in its storage only.
  const language = localStorage.getItem("i18nextLng") ?? document.documentElement.lang;
  return language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function t(key: Key, values: Values = {}): string {
  const text = TEXTS[currentLanguage()]?.[key] ?? en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

// A text whose key comes from data, such as a job kind; `otherwise` when there is none.
export function textOf(key: string, otherwise: string): string {
  return key in en ? t(key as Key) : otherwise;
}

// A description from the models, which are in English only; it stays English when it has no Chinese text.
export function modelText(sentence: string): string {
  return (currentLanguage() === "zh" && (hints as Record<string, string>)[sentence]) || sentence;
}

// What a variable of conditions means.
export function variableText(name: string, meaning: string): string {
  return (currentLanguage() === "zh" && (variables as Record<string, string>)[name]) || meaning;
}

// What a starter is for.
export function starterText(name: string, description: string): string {
  return (currentLanguage() === "zh" && (starters as Record<string, string>)[name]) || description;
}

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
  return () => observer.disconnect();
}

// Draws the component anew when the language changes.
export function useLanguage(): "en" | "zh" {
  return useSyncExternalStore(subscribe, currentLanguage);
}
