// What changed between two revisions, of one workflow or of two.
import { useQueries } from "@tanstack/react-query";

import { getRevision } from "../api/workflows";
import { t } from "../i18n";
import { ErrorNote } from "./ErrorNote";
import { LazyDiff } from "./LazyDiff";

interface Place {
  workflow: string;
  revision: number;
}

interface Props {
  from: Place;
  to: Place;
}

export function RevisionDiff({ from, to }: Props) {
  const isOne = from.workflow === to.workflow && from.revision === to.revision;
  const [before, after] = useQueries({
    queries: [from, to].map(({ workflow, revision }) => ({ queryKey: ["workflows", "revision", workflow, revision], queryFn: () => getRevision(workflow, revision), staleTime: Infinity })),
  });
  if (!before?.data || !after?.data) return <ErrorNote error={before?.error ?? after?.error} />;
  return <LazyDiff before={before.data.definition} after={after.data.definition} same={isOne ? "" : t("revisions.same")} />;
}
