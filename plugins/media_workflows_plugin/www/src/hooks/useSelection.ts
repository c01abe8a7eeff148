// The selected rows of a list, by key.
import { useState } from "react";

export function useSelection() {
  const [selected, select] = useState<Set<string>>(new Set());
  const deselect = (keys: string[]) => select((old) => new Set([...old].filter((key) => !keys.includes(key))));
  return { selected, select, deselect };
}
