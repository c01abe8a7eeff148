// The starters: they change with a release only.
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { answeredStarter, listStarters } from "../api/starters";

export const useStarters = () => useQuery({ queryKey: ["starters"], queryFn: listStarters, staleTime: Infinity });

// The definition of a starter with answers; while new answers are sent, the former one.
export const useAnsweredStarter = (name: string, answers: string[]) =>
  useQuery({ queryKey: ["starters", name, answers], queryFn: () => answeredStarter(name, answers), staleTime: Infinity, placeholderData: keepPreviousData });
