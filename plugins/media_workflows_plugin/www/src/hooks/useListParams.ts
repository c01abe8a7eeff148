// Filters, offset and page size of a list, kept in the URL. A changed filter returns to the first page.
import { useSearchParams } from "react-router-dom";

export const PAGE_SIZES = [20, 50, 100];

export function useListParams() {
  const [params, setParams] = useSearchParams();
  const set = (values: Record<string, string>, replace: boolean) =>
    setParams(
      (old) => {
        old.delete("offset");
        for (const [name, value] of Object.entries(values)) value ? old.set(name, value) : old.delete(name);
        return old;
      },
      { replace },
    );
  const limit = Number(params.get("limit"));
  return {
    value: (name: string) => params.get(name) ?? "",
    offset: Number(params.get("offset") ?? 0),
    limit: PAGE_SIZES.includes(limit) ? limit : PAGE_SIZES[0]!,
    type: (values: Record<string, string>) => set(values, true), // each pause in typing is no step of the history
    pick: (values: Record<string, string>) => set(values, false),
    go: (offset: number) => set({ offset: offset ? String(offset) : "" }, false),
  };
}
