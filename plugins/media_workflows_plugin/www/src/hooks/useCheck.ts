// A check by the server. Its answer, or error, holds for what was checked only: a change of it clears both.
import { useMutation } from "@tanstack/react-query";

export function useCheck<Input, Answer>(input: Input, ask: (input: Input) => Promise<Answer>) {
  const check = useMutation({ mutationFn: ask });
  const isCurrent = isSame(check.variables, input);
  return {
    run: () => check.mutate(input),
    isPending: check.isPending && isCurrent,
    data: isCurrent ? check.data : undefined,
    error: isCurrent ? check.error : null,
  };
}

export const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
