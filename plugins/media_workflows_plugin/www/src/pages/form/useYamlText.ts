// What is typed as YAML and is not in the form yet. It outlives a folded editor, and saving takes it over first.
import { load } from "js-yaml";
import { useState } from "react";

import type { Json, JsonObject } from "../../api/types";
import type { Schema } from "../../definition/schema";
import { withLists } from "../../definition/steps";
import { t } from "../../i18n";

export interface YamlText {
  typed: string | null; // null = the form has all of it
  error: string; // why the form could not take it
  type: (text: string) => void;
  take: () => JsonObject | null | undefined; // what the form has then; undefined = nothing was typed, null = it cannot be read
}

export function useYamlText(root: Schema, set: (path: string, value: Json) => void): YamlText {
  const [typed, setTyped] = useState<string | null>(null);
  const [error, setError] = useState("");
  const refuse = (why: string) => {
    setError(why);
    return null;
  };
  const take = () => {
    if (typed === null) return undefined;
    try {
      const read = load(typed) as Json;
      if (read === null || typeof read !== "object" || Array.isArray(read)) return refuse(t("form.yaml_object"));
      const taken = withLists(read, root) as JsonObject;
      set("", taken);
      setTyped(null);
      setError("");
      return taken;
    } catch (thrown) {
      return refuse(t("form.yaml_bad", { error: (thrown as Error).message }));
    }
  };
  return { typed, error, type: setTyped, take };
}
