// The words of the page, chosen by ?lang=, then by an earlier use of the switch, then by the browser.
// Both dictionaries have the same keys: tests/unit/plugin/test_www_messages.py.

import { en } from "./messages_en.js";
import { zh } from "./messages_zh.js";

const DICTIONARIES = { en, zh };
const STORED = "media-workflows-language";
export const LANGUAGES = { en: "English", zh: "中文" };

let language = firstKnown([new URLSearchParams(location.search).get("lang"), remembered(), ...navigator.languages, navigator.language]);

function remembered() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null; // storage is off: the browser's language counts
  }
}

function firstKnown(tags) {
  for (const tag of tags) {
    const short = String(tag ?? "").slice(0, 2).toLowerCase();
    if (short in DICTIONARIES) return short;
  }
  return "en";
}

export function currentLanguage() {
  return language;
}

export function setLanguage(next) {
  language = next;
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // storage is off: the choice holds in the address
  }
  const url = new URL(location.href);
  url.searchParams.set("lang", next);
  history.replaceState(history.state, "", url);
}

// The text of `key`, its {names} filled in. An unknown key shows itself.
export function t(key, values = {}) {
  const text = DICTIONARIES[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// The text of `key` where the server may know codes that this page does not.
export function tOr(key, fallback) {
  return DICTIONARIES[language][key] ?? fallback;
}

export function formatTime(iso) {
  if (!iso) return "–";
  const form = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "medium" });
  return form.format(new Date(iso));
}

export function formatBytes(count) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let step = 0;
  for (; count >= 1024 && step < units.length - 1; step += 1) count /= 1024;
  return `${step ? count.toFixed(1) : count} ${units[step]}`;
}
