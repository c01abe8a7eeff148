// The starters: they change with a release only.
import { useQuery } from "@tanstack/react-query";

import { listStarters } from "../api/starters";

export const useStarters = () => useQuery({ queryKey: ["starters"], queryFn: listStarters, staleTime: Infinity });
