// Where the sources of a definition are: of a workflow its trigger, of a request its bucket and prefix.
import type { Json } from "../api/types";
import { valueAt } from "./path";

export interface Place {
  bucket: string;
  directory: string;
}

export function sourcePlace(definition: Json): Place {
  const text = (...paths: string[]) => String(paths.map((path) => valueAt(definition, path)).find((found) => found !== undefined && found !== null) ?? "");
  return { bucket: text("trigger.bucket", "bucket"), directory: text("trigger.directory", "prefix") };
}
