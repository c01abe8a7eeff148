// A query that repeats itself while its page is visible.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRef } from "react";

const BUSY_MS = 2_000;
const IDLE_MS = 10_000;
const LONGEST_MS = 60_000;

// How long to wait for the next read: short while something moves, longer and longer while the server fails.
export function pollInterval_ms(busy: boolean, failures: number): number {
  const base = busy ? BUSY_MS : IDLE_MS;
  return Math.min(base * 2 ** failures, LONGEST_MS);
}

// `busy(data)` says whether something moves. A tab in the background asks nothing.
export function usePolled<Data>(key: unknown[], read: () => Promise<Data>, busy: (data: Data) => boolean = () => false) {
  const failures = useRef(0); // in a row
  const counted = async () => {
    try {
      const data = await read();
      failures.current = 0;
      return data;
    } catch (error) {
      failures.current++;
      throw error;
    }
  };
  return useQuery<Data, Error>({
    queryKey: key,
    queryFn: counted,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => pollInterval_ms(data !== undefined && busy(data), failures.current),
  });
}
