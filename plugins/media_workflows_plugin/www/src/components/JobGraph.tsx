// The DAG of a definition, or of a run: from the upload to the event, in rows by distance from the start, with its edges.
import { Box, chakra, Flex, Text } from "@chakra-ui/react";
import { useId, useLayoutEffect, useRef, useState } from "react";

import type { Graph } from "../api/definition";
import { kindLabel, stepLabel } from "../definition/labels";
import { templateName } from "../definition/templateGroups";
import { useTemplates } from "../hooks/useTemplates";
import { t, textOf } from "../i18n";
import { linePath, type Rect, reducedEdges } from "./graphEdges";
import { StateBadge, stateLabel } from "./StateBadge";

const MOST_IN_A_LINE = 5; // more nodes of one row would be too narrow to read

type Node = Graph["nodes"][number];

export function columnsOf<One extends { id: string }>({ nodes, edges }: { nodes: One[]; edges: [string, string][] }): One[][] {
  const depth = new Map(nodes.map((node) => [node.id, 0]));
  for (let round = 0; round < nodes.length; round++) for (const [from, to] of edges) depth.set(to, Math.max(depth.get(to) ?? 0, (depth.get(from) ?? 0) + 1));
  const last = Math.max(0, ...depth.values());
  return Array.from({ length: last + 1 }, (_, at) => nodes.filter((node) => depth.get(node.id) === at));
}

const UPLOAD = "upload"; // the node that has the source; ad-hoc processing waits for no upload
const nameOf = (node: Node, isRequest: boolean) => (node.input ? stepLabel(node.id, node.kind) : isRequest && node.kind === UPLOAD ? t("run.source") : kindLabel(node.kind));
const aboutOf = (node: Node, isRequest: boolean) => (node.input ? "" : isRequest && node.kind === UPLOAD ? t("process.about_source") : textOf(`about.${node.kind}`, ""));

function Task({ node, isOwn, isRequest, state }: { node: Node; isOwn: boolean; isRequest: boolean; state: string | undefined }) {
  const templates = useTemplates(node.kind);
  const about = aboutOf(node, isRequest);
  const nameItem = (id: number, name: string) => {
    const found = templates.find((one) => one.id === id);
    return `${id} ${found ? templateName(found) : name}`;
  };
  return (
    <Box data-node={node.id} position="relative" borderWidth={1} borderStartWidth={4} borderStartColor={isOwn ? "border.emphasized" : "brand.solid"} borderRadius="md" px={2} py={1} bg="bg" flex="0 1 9rem" minW={0}>
      <Text fontSize="xs" fontWeight="semibold" overflowWrap="anywhere">
        {nameOf(node, isRequest)}
      </Text>
      {about && (
        <Text fontSize="2xs" color="fg.muted">
          {about}
        </Text>
      )}
      {node.items.map((item, index) => (
        <Text key={index} fontSize="2xs" color="fg.muted" overflowWrap="anywhere">
          {item.template ? nameItem(item.template, item.name) : t("form.custom_parameters")}
        </Text>
      ))}
      {node.when && (
        <Text fontSize="2xs" fontFamily="mono" color="fg.muted" lineClamp={2} overflowWrap="anywhere" title={node.when}>
          {t("graph.when", { condition: node.when })}
        </Text>
      )}
      {state && <StateBadge state={state} />}
    </Box>
  );
}

// The places of the nodes as the browser lays them out, measured again whenever they are drawn or change their size.
function useRects() {
  const area = useRef<HTMLDivElement>(null);
  const [rects, setRects] = useState<Record<string, Rect>>({});
  useLayoutEffect(() => {
    const element = area.current!;
    const measure = () => {
      const nodes = [...element.querySelectorAll<HTMLElement>("[data-node]")];
      const found = Object.fromEntries(nodes.map((node) => [node.dataset.node!, { left: node.offsetLeft, top: node.offsetTop, width: node.offsetWidth, height: node.offsetHeight }]));
      setRects((old) => (JSON.stringify(old) === JSON.stringify(found) ? old : found));
    };
    measure();
    const observer = new ResizeObserver(measure);
    for (const seen of [element, ...element.querySelectorAll("[data-node]")]) observer.observe(seen);
    return () => observer.disconnect();
  });
  return { area, rects };
}

function Lines({ edges, rects }: { edges: [string, string][]; rects: Record<string, Rect> }) {
  const marker = useId();
  return (
    <chakra.svg position="absolute" inset={0} w="100%" h="100%" overflow="visible" pointerEvents="none" color="border.emphasized" aria-hidden>
      <defs>
        <marker id={marker} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0 L8 4 L0 8 z" fill="currentColor" />
        </marker>
      </defs>
      {edges.map(([from, to]) => rects[from] && rects[to] && <path key={`${from} ${to}`} d={linePath(rects[from], rects[to])} fill="none" stroke="currentColor" strokeWidth="1.5" markerEnd={`url(#${marker})`} />)}
    </chakra.svg>
  );
}

interface Props {
  graph: Graph;
  states?: Record<string, string>;
  isRequest?: boolean; // of ad-hoc processing, not of a workflow
}

export function JobGraph({ graph, states = {}, isRequest = false }: Props) {
  const { area, rects } = useRects();
  const named = (node: Node) => [nameOf(node, isRequest), ...(states[node.id] ? [stateLabel(states[node.id]!)] : [])].join(": ");
  return (
    <Box ref={area} position="relative" py={1} role="img" aria-label={t("graph.label", { steps: graph.nodes.map(named).join(" → ") })}>
      <Lines edges={reducedEdges(graph.edges)} rects={rects} />
      <Flex direction="column" gap={6}>
        {columnsOf(graph).map((row, at) => (
          <Flex key={at} gap={2} wrap={row.length > MOST_IN_A_LINE ? "wrap" : "nowrap"} justify="center">
            {row.map((node) => (
              <Task key={node.id} node={node} isOwn={at === 0 || node.kind === "notify"} isRequest={isRequest} state={states[node.id]} />
            ))}
          </Flex>
        ))}
      </Flex>
    </Box>
  );
}
