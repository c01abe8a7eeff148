// Drags of an element, and its arrow keys, as distances in pixels of the frame around it.
import { type KeyboardEvent, type PointerEvent, useRef } from "react";

const LONG_STEP_PX = 10; // with Shift
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// `from`: what is dragged, as it is; `to` gets it as it was when the drag began, and the distance since. `least`: the shortest
// steps that show.
export function useDrag<Dragged>(from: Dragged, frameWidth: number, least: [number, number], to: (start: Dragged, x: number, y: number) => void) {
  const drag = useRef<{ start: Dragged; x: number; y: number; scale: number } | null>(null);
  const end = () => {
    drag.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      const stage = event.currentTarget.parentElement!.clientWidth;
      drag.current = { start: from, x: event.clientX, y: event.clientY, scale: frameWidth / stage };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (!drag.current) return;
      const { start, x, y, scale } = drag.current;
      to(start, Math.round((event.clientX - x) * scale), Math.round((event.clientY - y) * scale));
    },
    onPointerUp: end,
    onPointerCancel: end,
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      const arrow = ARROWS[event.key];
      if (!arrow) return;
      event.preventDefault();
      const step = event.shiftKey ? LONG_STEP_PX : 1;
      to(from, arrow[0] * Math.max(step, least[0]), arrow[1] * Math.max(step, least[1]));
    },
  };
}
