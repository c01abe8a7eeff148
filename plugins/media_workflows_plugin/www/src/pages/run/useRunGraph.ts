// The graph of the revision that a run began with, or of its request.
import { skipToken, useQuery } from "@tanstack/react-query";

import { ApiError } from "../../api/client";
import { graphOf } from "../../api/definition";
import { getRequest } from "../../api/processes";
import type { RunReport } from "../../api/runs";
import type { Definition } from "../../api/types";
import { getRevision } from "../../api/workflows";
import { asDefinition } from "../../definition/request";
import { hasSteps, stepsIn } from "../../definition/steps";

interface Found {
  definition: Definition | null | undefined;
  error: Error | null;
}

// Of a workflow that was deleted there may be no revision any more.
const isGone = (error: Error | null) => error instanceof ApiError && error.status === 404;

function useDefinition(workflow: string, run: RunReport | undefined): Found {
  const { request_id: request, revision } = run ?? {};
  const ofRequest = useQuery({ queryKey: ["process", "request", request], queryFn: request ? () => getRequest(request) : skipToken, staleTime: Infinity });
  const ofRevision = useQuery({ queryKey: ["workflows", "revision", workflow, revision], queryFn: revision && !request ? () => getRevision(workflow, revision) : skipToken, staleTime: Infinity });
  const error = ofRequest.error ?? ofRevision.error;
  return { definition: ofRequest.data ? asDefinition(ofRequest.data) : ofRevision.data?.definition, error: isGone(error) ? null : error };
}

export function useRunGraph(workflow: string, run: RunReport | undefined) {
  const { definition, error } = useDefinition(workflow, run);
  const isGraph = definition ? hasSteps(definition) : false;
  const graph = useQuery({ queryKey: ["graph", workflow, run?.request_id, run?.revision], queryFn: definition && isGraph ? () => graphOf(definition) : skipToken, staleTime: Infinity });
  return { graph: graph.data, error: error ?? graph.error, steps: definition ? stepsIn(definition) : [], isGraph };
}
