// A graph that can be looked at, moved and zoomed, and whose nodes are connected by dragging. Its layout is automatic.
import { BaseEdge, Controls, type Edge, type EdgeProps, Handle, MarkerType, type Node, type NodeProps, Position, ReactFlow, useReactFlow } from "@xyflow/react";
import style from "@xyflow/react/dist/base.css?inline";
import { createContext, useContext, useEffect, useMemo } from "react";

import { bendKey, type Place, placesOf } from "./layout";
import type { CanvasEdge, CanvasProps } from "./types";

const WIDTH = 220;
const HEIGHT = 128;
const COLUMN_GAP = 72;
const ROW_GAP = 24;
const HANDLE = 12;
const OWN_STYLE = `
.react-flow { --xy-edge-stroke: var(--chakra-colors-fg-muted); --xy-edge-label-color: var(--chakra-colors-fg); --xy-edge-label-background-color: var(--chakra-colors-bg); background: var(--chakra-colors-bg-subtle); }
.react-flow__handle { width: ${HANDLE}px; height: ${HANDLE}px; background: var(--chakra-colors-brand-solid); }
.react-flow__attribution a { color: var(--chakra-colors-fg-muted); }
.react-flow__controls-button { background: var(--chakra-colors-bg); color: var(--chakra-colors-fg); }
`;

interface Drawing {
  ids: Set<string>;
  draw: CanvasProps["draw"];
  isEditable: boolean;
}

const DrawingContext = createContext<Drawing>({ ids: new Set(), draw: () => null, isEditable: false });

function StepNode({ id }: NodeProps) {
  const { ids, draw, isEditable } = useContext(DrawingContext);
  if (!ids.has(id)) return null; // React Flow takes over its nodes after this is drawn: one that has just gone is still among them
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={isEditable} aria-hidden />
      {draw(id)}
      <Handle type="source" position={Position.Right} isConnectable={isEditable} aria-hidden />
    </>
  );
}

const x = (column: number) => column * (WIDTH + COLUMN_GAP);
const y = (row: number) => row * (HEIGHT + ROW_GAP);

interface Line extends Record<string, unknown> {
  bends: Place[];
}

// A curve to the next column, and straight across those in between.
function StepEdge({ sourceX, sourceY, targetX, targetY, data, markerEnd, style, label }: EdgeProps<Edge<Line>>) {
  const across = (data?.bends ?? []).flatMap(({ column, row }) => [x(column), x(column) + WIDTH].map((at) => [at, y(row) + HEIGHT / 2] as const));
  const points = [[sourceX, sourceY] as const, ...across, [targetX, targetY] as const];
  const path = points.slice(1).map(([toX, toY], at) => {
    const [fromX, fromY] = points[at]!;
    const middle = (fromX + toX) / 2;
    return `C${middle},${fromY} ${middle},${toY} ${toX},${toY}`;
  });
  return <BaseEdge path={`M${sourceX},${sourceY} ${path.join(" ")}`} markerEnd={markerEnd} style={style} label={label} labelX={(sourceX + points[1]![0]) / 2} labelY={(sourceY + points[1]![1]) / 2} />;
}

const NODE_TYPES = { step: StepNode };
const EDGE_TYPES = { step: StepEdge };

function placed(ids: string[], places: Map<string, Place>): Node[] {
  const handle = { y: HEIGHT / 2 - HANDLE / 2, width: HANDLE, height: HANDLE };
  const handles = [
    { ...handle, type: "target" as const, position: Position.Left, x: -HANDLE / 2 },
    { ...handle, type: "source" as const, position: Position.Right, x: WIDTH - HANDLE / 2 },
  ];
  return ids.map((id) => {
    const { column, row } = places.get(id)!;
    const position = { x: x(column), y: y(row) };
    const size = { width: WIDTH, height: HEIGHT };
    return { id, type: "step", position, data: {}, handles, measured: size, ...size };
  });
}

function drawnEdge({ from, to, isInput }: CanvasEdge, places: Map<string, Place>, inputLabel: string): Edge<Line> {
  const between = Math.max(0, places.get(to)!.column - places.get(from)!.column - 1);
  const bends = Array.from({ length: between }, (_, at) => places.get(bendKey(from, to, places.get(from)!.column + 1 + at))!);
  return {
    id: `${from} ${to}`,
    source: from,
    target: to,
    type: "step",
    data: { bends },
    markerEnd: { type: MarkerType.ArrowClosed },
    label: isInput ? inputLabel : undefined,
    style: isInput ? { strokeWidth: 2 } : { strokeDasharray: "6 4" },
  };
}

// All is in view again when there are more or fewer steps.
function Fitted({ count }: { count: number }) {
  const { fitView } = useReactFlow();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the count is the occasion
  useEffect(() => {
    void fitView({ padding: 0.1, maxZoom: 1 });
  }, [count, fitView]);
  return null;
}

export default function Canvas({ ids, edges, draw, label, inputLabel, isDark, controls, mayConnect, connect }: CanvasProps) {
  const shape = JSON.stringify([ids, edges]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is what these are
  const places = useMemo(() => placesOf(ids, edges), [shape]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is what these are
  const nodes = useMemo(() => placed(ids, places), [shape]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is what these are
  const lines = useMemo(() => edges.map((edge) => drawnEdge(edge, places, inputLabel)), [shape, inputLabel]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is what the ids are
  const drawing = useMemo(() => ({ ids: new Set(ids), draw, isEditable: connect !== undefined }), [shape, draw, connect]);
  return (
    <DrawingContext value={drawing}>
      <style>{style + OWN_STYLE}</style>
      <ReactFlow
        aria-label={label}
        role="group"
        nodes={nodes}
        edges={lines}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        colorMode={isDark ? "dark" : "light"}
        ariaLabelConfig={{ "controls.zoomIn.ariaLabel": controls.zoomIn, "controls.zoomOut.ariaLabel": controls.zoomOut, "controls.fitView.ariaLabel": controls.fitView }}
        nodesDraggable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        zoomOnScroll={false}
        preventScrolling={false}
        minZoom={0.2}
        isValidConnection={({ source, target }) => mayConnect?.(source, target) ?? true}
        onConnect={({ source, target }) => connect?.(source, target)}
        fitView
        fitViewOptions={{ padding: 0.1, maxZoom: 1 }}
      >
        <Controls showInteractive={false} />
        <Fitted count={ids.length} />
      </ReactFlow>
    </DrawingContext>
  );
}
