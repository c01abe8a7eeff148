// What the reader may do, in general or with one workflow. Until the answer is there nothing is forbidden: the server
// decides anyway.
import { useQuery } from "@tanstack/react-query";

import { get } from "../api/client";
import type { Me } from "../api/types";

const ANYBODY: Me = { name: "", can_edit: true, can_delete: true, can_run: true, can_change_runs: true };

export function useMe(workflow?: string): Me {
  return useQuery({ queryKey: ["me", workflow], queryFn: () => get<Me>("me", { workflow }), staleTime: Infinity }).data ?? ANYBODY;
}
