// A value once it has not changed for a while.
import { useEffect, useState } from "react";

export function useDebounced<Value>(value: Value, pause_ms = 400): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause_ms);
    return () => clearTimeout(timer);
  }, [value, pause_ms]);
  return settled;
}
