// A check by the server. Its answer, or error, is of what was checked: a change hides both, and `isOutdated` says so.
import { useMutation } from "@tanstack/react-query";

export function useCheck<Input, Answer>(input: Input, ask: (input: Input) => Promise<Answer>) {
  const check = useMutation({ mutationFn: ask });
  const isCurrent = isSame(check.variables, input);
  return {
    run: () => check.mutate(input),
    isPending: check.isPending && isCurrent,
    data: isCurrent ? check.data : undefined,
    error: isCurrent ? check.error : null,
    isOutdated: check.status !== "idle" && !isCurrent,
  };
}

export const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
