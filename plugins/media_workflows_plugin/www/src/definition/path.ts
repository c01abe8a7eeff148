// Paths in a definition, as the API writes them: "jobs.transcode[0].template".
import type { Json, JsonObject } from "../api/types";

export function partsOf(path: string): (string | number)[] {
  if (path === "") return [];
  return path.split(/[.[]/).map((part) => (part.endsWith("]") ? Number(part.slice(0, -1)) : part));
}

export const below = (path: string, part: string | number) => (typeof part === "number" ? `${path}[${part}]` : path ? `${path}.${part}` : part);

export function valueAt(root: Json | undefined, path: string): Json | undefined {
  return partsOf(path).reduce<Json | undefined>((value, part) => (value === null || typeof value !== "object" ? undefined : (value as JsonObject)[part]), root);
}

// A copy of `root` with `value` at `path`; undefined takes the place away.
export function withValue(root: Json | undefined, path: string, value: Json | undefined): Json {
  return put(root, partsOf(path), value) as Json;
}

function put(root: Json | undefined, [part, ...rest]: (string | number)[], value: Json | undefined): Json | undefined {
  if (part === undefined) return value;
  const child = (root as JsonObject | undefined)?.[part];
  const changed = put(child, rest, value);
  if (typeof part === "number") {
    const list = Array.isArray(root) ? [...root] : [];
    if (changed === undefined) list.splice(part, 1);
    else list[part] = changed;
    return list;
  }
  const object = root !== null && typeof root === "object" && !Array.isArray(root) ? { ...root } : {};
  if (changed === undefined) delete object[part];
  else object[part] = changed;
  return object;
}

// Whether `field` is at `path` or below it.
export const isWithin = (field: string, path: string) => field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`);
