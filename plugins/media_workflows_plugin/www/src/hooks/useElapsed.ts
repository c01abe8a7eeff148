// Whole seconds since something began, while it goes on.
import { useEffect, useState } from "react";

const TICK_MS = 1_000;

export function useElapsed(isBusy: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!isBusy) return;
    setSeconds(0);
    const timer = setInterval(() => setSeconds((now) => now + 1), TICK_MS);
    return () => clearInterval(timer);
  }, [isBusy]);
  return seconds;
}
