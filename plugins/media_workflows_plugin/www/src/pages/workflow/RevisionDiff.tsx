// What changed between two revisions.
import { useQueries } from "@tanstack/react-query";

import { getRevision } from "../../api/workflows";
import { ErrorNote } from "../../components/ErrorNote";
import { LazyDiff } from "../../components/LazyDiff";
import { t } from "../../i18n";

interface Props {
  workflow: string;
  from: number;
  to: number;
}

export function RevisionDiff({ workflow, from, to }: Props) {
  const [before, after] = useQueries({
    queries: [from, to].map((number) => ({ queryKey: ["workflows", "revision", workflow, number], queryFn: () => getRevision(workflow, number), staleTime: Infinity })),
  });
  if (!before?.data || !after?.data) return <ErrorNote error={before?.error ?? after?.error} />;
  return <LazyDiff before={before.data.definition} after={after.data.definition} same={from === to ? "" : t("revisions.same")} />;
}
