// What the pages and the canvas agree on. The canvas is a file of its own: of the pages it has types only.
import type { ReactNode } from "react";

export interface CanvasEdge {
  from: string;
  to: string;
  isInput: boolean; // the output of `from` is read; else only awaited
}

export interface CanvasProps {
  ids: string[];
  edges: CanvasEdge[];
  draw: (id: string) => ReactNode;
  label: string;
  inputLabel: string;
  isDark: boolean;
  controls: { zoomIn: string; zoomOut: string; fitView: string };
  mayConnect?: (from: string, to: string) => boolean;
  connect?: (from: string, to: string) => void; // without it, nothing can be changed
}
