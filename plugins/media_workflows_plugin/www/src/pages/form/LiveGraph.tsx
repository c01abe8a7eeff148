// The graph of the form's definition. While the form is invalid, the last valid graph stays, with a note.
import { Box, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";

import { type Graph, graphOf } from "../../api/definition";
import type { JsonObject } from "../../api/types";
import { ErrorNote } from "../../components/ErrorNote";
import { JobGraph } from "../../components/JobGraph";
import { useForm } from "../../definition/FormContext";
import { useDebounced } from "../../hooks/useDebounced";
import { t } from "../../i18n";

// Of an upload, one job and an event: kept free until the graph is there, so that no button below it moves under the mouse.
const SMALLEST_GRAPH = "14rem";

export function LiveGraph({ valid, isRequest = false }: { valid: boolean; isRequest?: boolean }) {
  const { value } = useForm();
  const settled = useDebounced(value) as JsonObject;
  const query = useQuery({ queryKey: ["graph", settled], queryFn: () => graphOf(settled), enabled: valid, gcTime: 0 });
  const last = useRef<Graph | undefined>(undefined);
  if (query.data) last.current = query.data;
  return (
    <Box minH={SMALLEST_GRAPH}>
      <ErrorNote error={query.error} />
      {last.current ? <JobGraph graph={last.current} isRequest={isRequest} /> : !query.error && <Text color="fg.muted">{t("graph.none")}</Text>}
      {last.current && (!valid || query.error) && (
        <Text fontSize="sm" color="fg.muted">
          {t("graph.stale")}
        </Text>
      )}
    </Box>
  );
}
