// What the reader may do, in general or with one workflow. Until the answer is there nothing is forbidden: the server
// decides anyway.
import { useQueries, useQuery } from "@tanstack/react-query";

import { get } from "../api/client";
import type { Me } from "../api/types";

const ANYBODY: Me = { name: "", can_edit: true, can_edit_all: true, can_delete: true, can_run: true, can_change_runs: true };

const question = (workflow?: string) => ({ queryKey: ["me", workflow], queryFn: () => get<Me>("me", { workflow }), staleTime: Infinity });

export function useMe(workflow?: string): Me {
  return useQuery(question(workflow)).data ?? ANYBODY;
}

type Right = "can_edit" | "can_delete" | "can_change_runs";

// Whether the reader has a right on one of these workflows. Only of those who do not have it in general is it asked for
// one by one: a role may allow it for some workflows.
export function useMay(right: Right, workflows: string[]): (workflow: string) => boolean {
  const inGeneral = useMe()[right];
  const asked = inGeneral ? [] : [...new Set(workflows)];
  const answers = useQueries({ queries: asked.map((workflow) => question(workflow)) });
  return (workflow) => inGeneral || (answers[asked.indexOf(workflow)]?.data?.[right] ?? true);
}
