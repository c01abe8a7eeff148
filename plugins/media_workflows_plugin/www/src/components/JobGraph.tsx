// The DAG of a definition, or of a run: from the upload to the event, drawn in columns by distance from the start.
import { Box, Flex, Text } from "@chakra-ui/react";
import { Fragment } from "react";

import type { Graph } from "../api/definition";
import { kindLabel, stepLabel } from "../definition/labels";
import { t } from "../i18n";
import { StateBadge, stateLabel } from "./StateBadge";

type Node = Graph["nodes"][number];

export function columnsOf<One extends { id: string }>({ nodes, edges }: { nodes: One[]; edges: [string, string][] }): One[][] {
  const depth = new Map(nodes.map((node) => [node.id, 0]));
  for (let round = 0; round < nodes.length; round++) for (const [from, to] of edges) depth.set(to, Math.max(depth.get(to) ?? 0, (depth.get(from) ?? 0) + 1));
  const last = Math.max(0, ...depth.values());
  return Array.from({ length: last + 1 }, (_, at) => nodes.filter((node) => depth.get(node.id) === at));
}

const nameOf = (node: Node) => (node.input ? stepLabel(node.id, node.kind) : kindLabel(node.kind));

function Task({ node, isOwn, state }: { node: Node; isOwn: boolean; state: string | undefined }) {
  return (
    <Box borderWidth={1} borderStartWidth={4} borderStartColor={isOwn ? "border.emphasized" : "brand.solid"} borderRadius="md" px={2} py={1} bg="bg" maxW="10rem">
      <Text fontSize="xs" fontWeight="semibold" overflowWrap="anywhere">
        {nameOf(node)}
      </Text>
      {node.items.map((item, index) => (
        <Text key={index} fontSize="2xs" color="fg.muted" lineClamp={1}>
          {item.template ? `${item.template} ${item.name}` : t("form.custom_parameters")}
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

export function JobGraph({ graph, states = {} }: { graph: Graph; states?: Record<string, string> }) {
  const named = (node: Node) => [nameOf(node), ...(states[node.id] ? [stateLabel(states[node.id]!)] : [])].join(": ");
  return (
    <Flex role="img" aria-label={t("graph.label", { steps: graph.nodes.map(named).join(" → ") })} align="center" gap={1} overflowX="auto" py={1} tabIndex={0}>
      {columnsOf(graph).map((column, at) => (
        <Fragment key={at}>
          {at > 0 && (
            <Text color="fg.muted" aria-hidden>
              →
            </Text>
          )}
          <Flex direction="column" gap={2} flexShrink={0}>
            {column.map((node) => (
              <Task key={node.id} node={node} isOwn={at === 0 || node.kind === "notify"} state={states[node.id]} />
            ))}
          </Flex>
        </Fragment>
      ))}
    </Flex>
  );
}
