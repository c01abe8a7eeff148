// A query that repeats itself while its page is visible.
import { keepPreviousData, type QueryKey, skipToken, useQuery } from "@tanstack/react-query";
import { useRef } from "react";

import { ofRepeated } from "../api/client";

const BUSY_MS = 2_000;
const IDLE_MS = 10_000;
const LONGEST_MS = 60_000;

// How long to wait for the next read: longer and longer while the server fails.
export const backedOff_ms = (base_ms: number, failures: number) => Math.min(base_ms * 2 ** failures, LONGEST_MS);

const interval_ms = (busy: boolean) => (busy ? BUSY_MS : IDLE_MS);

export const pollInterval_ms = (busy: boolean, failures: number) => backedOff_ms(interval_ms(busy), failures);

interface Polling<Data> {
  queryKey: QueryKey;
  read: (() => Promise<Data>) | undefined; // undefined = there is nothing to ask
  every_ms: (data: Data | undefined) => number | false; // while the server answers; false = no more
  keepsFormer?: boolean; // the former data are shown until those of another key are there
}

// `busy(data)` says whether something moves. A tab in the background asks nothing.
export function usePolled<Data>(key: unknown[], read: () => Promise<Data>, busy: (data: Data) => boolean = () => false) {
  return usePolledEvery<Data>({ queryKey: key, read, every_ms: (data) => interval_ms(data !== undefined && busy(data)), keepsFormer: true });
}

export function usePolledEvery<Data>({ queryKey, read, every_ms, keepsFormer = false }: Polling<Data>) {
  const failures = useRef(0); // in a row
  const counted = async () => {
    try {
      const data = await read!();
      failures.current = 0;
      return data;
    } catch (error) {
      failures.current++;
      throw ofRepeated(error);
    }
  };
  return useQuery<Data, Error>({
    queryKey,
    queryFn: read ? counted : skipToken,
    placeholderData: keepsFormer ? keepPreviousData : undefined,
    refetchInterval: ({ state: { data } }) => {
      const base_ms = read ? every_ms(data) : false;
      return base_ms && backedOff_ms(base_ms, failures.current);
    },
  });
}
