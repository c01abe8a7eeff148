// Changes of a list that is drawn as cards: each card keeps its key, hence its state, and the focus goes where it belongs.
import { useEffect, useRef } from "react";

export interface CardMoves {
  move: (to: number, focus: MoveControl) => void;
  duplicate: () => void;
  remove?: () => void; // a card that must stay has none
}

export type MoveControl = "up" | "down" | "grip";

export const moveId = (path: string, control: MoveControl) => `move-${control}-${path}`;

export function useCards(count: number) {
  const keys = useRef<number[]>([]);
  const next = useRef(0);
  while (keys.current.length < count) keys.current.push(next.current++);
  keys.current.length = count; // the list was replaced
  const focus = useFocus();
  return {
    keyAt: (index: number) => keys.current[index]!,
    focus,
    moved: (from: number, to: number) => void keys.current.splice(to, 0, ...keys.current.splice(from, 1)),
    added: (at: number) => void keys.current.splice(at, 0, next.current++),
    removed: (at: number) => void keys.current.splice(at, 1),
  };
}

// Moves the focus to the first of the named elements that can have it, once the form is drawn again.
function useFocus(): (...ids: string[]) => void {
  const wanted = useRef<string[]>([]);
  useEffect(() => {
    const elements = wanted.current.map((id) => document.getElementById(id));
    const found = elements.find((element) => element && !(element as HTMLButtonElement).disabled);
    found?.focus();
    if (found) wanted.current = [];
  });
  return (...ids) => {
    wanted.current = ids;
  };
}
