// A search text. The query changes once typing pauses.
import { Input } from "@chakra-ui/react";
import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 250;

interface Props {
  label: string;
  value: string;
  change: (value: string) => void;
}

export function SearchField({ label, value, change }: Props) {
  const [typed, setTyped] = useState(value);
  const asked = useRef(value);
  useEffect(() => {
    if (value === asked.current) return; // what is typed may be further on by now
    asked.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => {
      asked.current = typed;
      change(typed);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return <Input type="search" size="sm" maxW="20rem" flex="1 1 12rem" value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={label} aria-label={label} />;
}
