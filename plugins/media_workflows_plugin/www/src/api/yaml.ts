// Workflows as YAML files.
import { ask, get, post } from "./client";
import type { Model } from "./types";

export type Imported = Model<"Imported">;
export type ImportState = Model<"ImportState">;

export const exportYaml = (ids: string[]) => ask<string>("workflows/export", { ids });
export const importYaml = (yaml: string) => post<ImportState>("workflows/import", { yaml });
export const importState = (importId: string) => get<ImportState>(`workflows/import/${importId}`);

export function saveAsFile(name: string, text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
