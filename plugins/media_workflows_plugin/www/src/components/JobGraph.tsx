// The DAG a definition makes: from the upload to the event, drawn in columns by distance from the start.
import { Box, Flex, Text } from "@chakra-ui/react";
import { Fragment } from "react";

import type { Graph } from "../api/definition";
import { kindLabel } from "../definition/labels";
import { t } from "../i18n";

export function columnsOf({ nodes, edges }: Graph): Graph["nodes"][] {
  const depth = new Map(nodes.map((node) => [node.id, 0]));
  for (let round = 0; round < nodes.length; round++) for (const [from, to] of edges) depth.set(to, Math.max(depth.get(to) ?? 0, (depth.get(from) ?? 0) + 1));
  const last = Math.max(0, ...depth.values());
  return Array.from({ length: last + 1 }, (_, at) => nodes.filter((node) => depth.get(node.id) === at));
}

export function JobGraph({ graph }: { graph: Graph }) {
  return (
    <Flex role="img" aria-label={t("graph.label", { steps: graph.nodes.map((node) => kindLabel(node.kind)).join(" → ") })} align="center" gap={1} overflowX="auto" py={1} tabIndex={0}>
      {columnsOf(graph).map((column, at) => (
        <Fragment key={at}>
          {at > 0 && (
            <Text color="fg.muted" aria-hidden>
              →
            </Text>
          )}
          <Flex direction="column" gap={2} flexShrink={0}>
            {column.map((node) => (
              <Box key={node.id} borderWidth={1} borderStartWidth={4} borderStartColor={at === 0 || node.kind === "notify" ? "border.emphasized" : "brand.solid"} borderRadius="md" px={2} py={1} bg="bg" maxW="8rem">
                <Text fontSize="xs" fontWeight="semibold">
                  {kindLabel(node.kind)}
                </Text>
                {node.items.map((item, index) => (
                  <Text key={index} fontSize="2xs" color="fg.muted" lineClamp={1}>
                    {item.template ? `${item.template} ${item.name}` : t("form.custom_parameters")}
                  </Text>
                ))}
              </Box>
            ))}
          </Flex>
        </Fragment>
      ))}
    </Flex>
  );
}
