// The page of a list in the order of keys: the key that it follows is in the URL, those of the pages before it in the history.
import { useLocation, useSearchParams } from "react-router-dom";

export function useKeyPages() {
  const [params, setParams] = useSearchParams();
  const { before = [] } = (useLocation().state ?? {}) as { before?: string[] };
  const from = params.get("after") ?? "";
  const go = (pages: string[], filter: Record<string, string> = {}) =>
    setParams(
      (old) => {
        for (const [name, value] of Object.entries({ ...filter, after: pages.at(-1) ?? "" })) value ? old.set(name, value) : old.delete(name);
        return old;
      },
      { state: { before: pages.slice(0, -1) } },
    );
  return { value: (name: string) => params.get(name) ?? "", from, after: from ? [...before, from] : [], go };
}
