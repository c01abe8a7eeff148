// The steps of a definition in columns, by their order: a small picture beside a text that describes them.
import { Box, Flex, Text } from "@chakra-ui/react";
import { Fragment } from "react";

import type { Step } from "../definition/steps";
import { edgesOf } from "./canvas/edges";
import { columnsOf } from "./JobGraph";

export function StepsPreview({ steps }: { steps: Step[] }) {
  const columns = columnsOf({ nodes: steps, edges: edgesOf(steps).map(({ from, to }) => [from, to]) });
  return (
    <Flex aria-hidden align="center" gap={1} wrap="wrap">
      {columns.map((column, at) => (
        <Fragment key={at}>
          {at > 0 && <Text color="fg.muted">→</Text>}
          <Flex direction="column" gap={1}>
            {column.map((step) => (
              <Box key={step.id} borderWidth={1} borderRadius="sm" borderStyle={step.when ? "dashed" : "solid"} px={1.5} fontSize="2xs">
                {step.id}
              </Box>
            ))}
          </Flex>
        </Fragment>
      ))}
    </Flex>
  );
}
