// Workflows as YAML files.
import { post } from "./client";
import type { Problem } from "./client";

export interface Imported {
  name: string;
  id: string | null;
  ok: boolean;
  message: string;
  template?: string;
  parameters?: Record<string, string>;
  problems: Problem[];
}

export const exportYaml = (ids: string[]) => post<string>("workflows/export", { ids });
export const importYaml = (yaml: string) => post<Imported[] | { items: Imported[] }>("workflows/import", { yaml });

export function saveAsFile(name: string, text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
