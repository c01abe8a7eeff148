// The graph of the revision that a run began with, or of its request.
import { skipToken, useQuery } from "@tanstack/react-query";

import { graphOf } from "../../api/definition";
import { getRequest } from "../../api/processes";
import type { RunReport } from "../../api/runs";
import type { Definition } from "../../api/types";
import { getRevision } from "../../api/workflows";
import { asDefinition } from "../../definition/request";
import { hasSteps, stepsIn } from "../../definition/steps";

function useDefinition(workflow: string, run: RunReport | undefined): Definition | null | undefined {
  const { request_id: request, revision } = run ?? {};
  const ofRequest = useQuery({ queryKey: ["process", "request", request], queryFn: request ? () => getRequest(request) : skipToken, staleTime: Infinity });
  const ofRevision = useQuery({ queryKey: ["workflows", "revision", workflow, revision], queryFn: revision && !request ? () => getRevision(workflow, revision) : skipToken, staleTime: Infinity });
  return ofRequest.data ? asDefinition(ofRequest.data) : ofRevision.data?.definition;
}

export function useRunGraph(workflow: string, run: RunReport | undefined) {
  const definition = useDefinition(workflow, run);
  const isGraph = definition ? hasSteps(definition) : false;
  const graph = useQuery({ queryKey: ["graph", workflow, run?.request_id, run?.revision], queryFn: definition && isGraph ? () => graphOf(definition) : skipToken, staleTime: Infinity }).data;
  return { graph, steps: definition ? stepsIn(definition) : [], isGraph };
}
