// The commands of a run's jobs, built on request from its workflow and source.
import { Box, Button } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";

import { post } from "../../api/client";
import type { DryRun } from "../../api/dryRun";
import type { RunReport } from "../../api/runs";
import { DryRunResult } from "../../components/DryRunResult";
import { ErrorNote } from "../../components/ErrorNote";
import { t } from "../../i18n";

export function Commands({ run }: { run: RunReport }) {
  const ask = useMutation({ mutationFn: () => post<DryRun>(`workflows/${encodeURIComponent(run.workflow_id)}/dry-run`, { key: run.source?.key, calibrate: false }) });
  if (!run.source) return null;
  return (
    <Box>
      <Button size="sm" variant="outline" loading={ask.isPending} onClick={() => ask.mutate()}>
        {t("run.show_commands")}
      </Button>
      <ErrorNote error={ask.error} />
      {ask.data && <DryRunResult result={ask.data} />}
    </Box>
  );
}
