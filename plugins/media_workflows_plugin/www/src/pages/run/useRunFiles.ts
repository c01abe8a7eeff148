// The files of a run with links, which several sections of its page share.
import { useQuery } from "@tanstack/react-query";

import { listFiles, type RunReport } from "../../api/runs";

const LINKS_FRESH_MS = 10 * 60_000; // the links live 15 minutes

export function useRunFiles(run: RunReport) {
  const ended = run.jobs.filter((job) => job.finished_at).length;
  const early = run.jobs.flatMap((job) => job.early_playlists ?? []).map(({ bucket, key }) => `${bucket}/${key}`);
  return useQuery({ queryKey: ["files", run.workflow_id, run.run_id, ended, ...early], queryFn: () => listFiles(run.workflow_id, run.run_id), staleTime: LINKS_FRESH_MS, refetchInterval: LINKS_FRESH_MS, placeholderData: (old) => old });
}
