// What the reader may do. Until the answer is there nothing is forbidden: the server decides anyway.
import { useQuery } from "@tanstack/react-query";

import { get } from "../api/client";
import type { Me } from "../api/types";

const ANYBODY: Me = { name: "", can_edit: true, can_delete: true };

export function useMe(): Me {
  return useQuery({ queryKey: ["me"], queryFn: () => get<Me>("me"), staleTime: Infinity }).data ?? ANYBODY;
}
