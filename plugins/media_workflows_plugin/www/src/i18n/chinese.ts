// All Chinese texts, in a file that is fetched for pages in Chinese only.
import errors from "./errors.zh.json";
import hints from "./hints.zh.json";
import presets from "./presets.zh.json";
import starters from "./starters.zh.json";
import variables from "./variables.zh.json";
import pages from "./zh.json";

export const CHINESE: Record<"pages" | "errors" | "hints" | "presets" | "starters" | "variables", Record<string, string>> = { pages, errors, hints, presets, starters, variables };
