// The commands of a run's jobs, built on demand from its workflow, or its request, and its source.
import { Box, Button } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";

import { post } from "../../api/client";
import type { DryRun } from "../../api/dryRun";
import { dryRunRequest, getRequest } from "../../api/processes";
import type { RunReport } from "../../api/runs";
import { DryRunResult } from "../../components/DryRunResult";
import { ErrorNote } from "../../components/ErrorNote";
import { t } from "../../i18n";

async function commandsOf({ workflow_id, request_id, source }: RunReport): Promise<DryRun> {
  if (request_id) return dryRunRequest(await getRequest(request_id), source!.key, false);
  return post<DryRun>(`workflows/${encodeURIComponent(workflow_id)}/dry-run`, { key: source!.key, calibrate: false });
}

export function Commands({ run }: { run: RunReport }) {
  const ask = useMutation({ mutationFn: () => commandsOf(run) });
  if (!run.source) return null;
  return (
    <Box>
      <Button size="sm" variant="outline" loading={ask.isPending} onClick={() => ask.mutate()}>
        {t("run.show_commands")}
      </Button>
      <ErrorNote error={ask.error} />
      {ask.data && <DryRunResult result={ask.data} withVerdict={!run.request_id} />}
    </Box>
  );
}
