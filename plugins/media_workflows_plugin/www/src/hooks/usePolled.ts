// A read that repeats itself while its page is looked at.
import { keepPreviousData, useQuery } from "@tanstack/react-query";

const BUSY_MS = 2_000;
const IDLE_MS = 10_000;
const LONGEST_MS = 60_000;

// How long to wait for the next read: short while something moves, longer and longer while the server fails.
export function pollInterval_ms(busy: boolean, failures: number): number {
  const base = busy ? BUSY_MS : IDLE_MS;
  return Math.min(base * 2 ** failures, LONGEST_MS);
}

// `busy(data)` says whether something moves. A tab in the background asks nothing.
export function usePolled<Data>(key: unknown[], read: () => Promise<Data>, busy: (data: Data) => boolean = () => false, enabled = true) {
  return useQuery<Data, Error>({
    queryKey: key,
    queryFn: read,
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => pollInterval_ms(query.state.data !== undefined && busy(query.state.data), query.state.fetchFailureCount + query.state.errorUpdateCount * Number(query.state.status === "error")),
  });
}
