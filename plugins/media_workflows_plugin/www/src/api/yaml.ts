// Workflows as YAML files.
import { get, post } from "./client";
import type { Model } from "./types";

export type Imported = Model<"Imported">;
export type ImportState = Model<"ImportState">;

export const exportYaml = (ids: string[]) => post<string>("workflows/export", { ids });
export const importYaml = (yaml: string, importId: string) =>
  post<Model<"ImportAnswer">>("workflows/import", { yaml, import_id: importId });
// By hand: browsers have crypto.randomUUID on https and localhost only.
export const newImportId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const importState = (importId: string) => get<ImportState>(`workflows/import/${importId}`);

export function saveAsFile(name: string, text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
