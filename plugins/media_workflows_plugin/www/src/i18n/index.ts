// Texts in the language that Airflow's own page is in: Airflow writes it to <html lang>.
import { useEffect, useReducer, useRef, useSyncExternalStore } from "react";

import type { CHINESE } from "./chinese";
import en from "./en.json";

export type Key = keyof typeof en;
type Values = Record<string, string | number>;
type Part = keyof typeof CHINESE;

let chinese: typeof CHINESE | undefined;

// {count:run|runs}: the word for one, and for any other number, by the value of count.
const PLURAL = /\{(\w+):([^|}]*)\|([^}]*)\}/g;

// Until it is done, and if it fails, texts are English.
export async function loadChinese(): Promise<void> {
  ({ CHINESE: chinese } = await import("./chinese"));
}

export function currentLanguage(): "en" | "zh" {
  // Airflow sets <html lang> when the language changes; until then the language is in its storage only.
  const language = localStorage.getItem("i18nextLng") ?? document.documentElement.lang;
  return language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

// The Chinese texts of a part; {} in English.
export function chineseTexts(part: Part): Record<string, string> {
  return (currentLanguage() === "zh" && chinese?.[part]) || {};
}

// A name that is written from right to left, or that changes the direction itself, must not reorder the text around it.
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u202a-\u202e\ufb1d-\ufdff\ufe70-\ufefc]/;
const isolated = (value: string) => (RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : value);

export function t(key: Key, values: Values = {}): string {
  const text = chineseTexts("pages")[key] ?? en[key] ?? key;
  const chosen = text.replace(PLURAL, (_, name: string, one: string, many: string) => (String(values[name]) === "1" ? one : many));
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? isolated(String(values[name])) : whole));
}

// A text whose key comes from data, such as a job kind; `otherwise` when there is none.
export function textOf(key: string, otherwise: string): string {
  return key in en ? t(key as Key) : otherwise;
}

// A description from the models, which are in English only; it stays English when it has no Chinese text.
export function modelText(sentence: string): string {
  return chineseTexts("hints")[sentence] || sentence;
}

// Names and purposes of presets; those that are the same in both languages have no entry.
export function presetText(text: string): string {
  return chineseTexts("presets")[text] || text;
}

// What a variable of conditions means.
export function variableText(name: string, meaning: string): string {
  return chineseTexts("variables")[name] || meaning;
}

// What a starter is for.
export function starterText(name: string, description: string): string {
  return chineseTexts("starters")[name] || description;
}

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
  return () => observer.disconnect();
}

// The language whose texts are loaded: until those of a new one are, the former one. Draws the component again when it changes.
export function useLanguage(): "en" | "zh" | undefined {
  const language = useSyncExternalStore(subscribe, currentLanguage);
  const [isTried, loaded] = useReducer(() => true, chinese !== undefined);
  useEffect(() => {
    if (language === "zh" && !isTried) void loadChinese().then(loaded, loaded);
  }, [language, isTried]);
  const shown = useRef<"en" | "zh">(undefined);
  if (language === "en" || isTried) shown.current = language;
  return shown.current;
}
