// The graph of the revision that a run began with.
import { skipToken, useQuery } from "@tanstack/react-query";

import { graphOf } from "../../api/definition";
import { getRevision } from "../../api/workflows";
import { hasSteps, stepsIn } from "../../definition/steps";

export function useRunGraph(workflow: string, revision: number | null | undefined) {
  const found = useQuery({ queryKey: ["workflows", "revision", workflow, revision], queryFn: revision ? () => getRevision(workflow, revision) : skipToken, staleTime: Infinity });
  const definition = found.data?.definition;
  const isGraph = definition ? hasSteps(definition) : false;
  const graph = useQuery({ queryKey: ["graph", workflow, revision], queryFn: definition && isGraph ? () => graphOf(definition) : skipToken, staleTime: Infinity }).data;
  return { graph, steps: definition ? stepsIn(definition) : [], isGraph };
}
