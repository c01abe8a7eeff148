// Filters and offset of a list, kept in the URL. A changed filter returns to the first page.
import { useSearchParams } from "react-router-dom";

export function useListParams() {
  const [params, setParams] = useSearchParams();
  const change = (values: Record<string, string>) =>
    setParams((old) => {
      old.delete("offset");
      for (const [name, value] of Object.entries(values)) value ? old.set(name, value) : old.delete(name);
      return old;
    }, { replace: true });
  return {
    value: (name: string) => params.get(name) ?? "",
    offset: Number(params.get("offset") ?? 0),
    change,
    go: (offset: number) => change({ offset: offset ? String(offset) : "" }),
  };
}
