// Cancels a running run, retries a failed one, compares it with another.
import { Button, Flex } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { queries } from "../../api/queries";
import { cancelRun, retryRun, type RunReport, UNFINISHED } from "../../api/runs";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { LinkButton } from "../../components/LinkButton";
import { PROCESS_DAG } from "../../definition/ours";
import { showError, showSuccess } from "../../hooks/messages";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";
import { paths } from "../../paths";
import { isSourceLost, sourceNow } from "./removedSource";
import { isSourceBad } from "./sharedFailure";

export function RunActions({ run, inAirflow }: { run: RunReport; inAirflow: boolean }) {
  const [asking, setAsking] = useState(false);
  const { can_change_runs } = useMe(run.workflow_id);
  const mayProcess = useMe(PROCESS_DAG).can_run;
  const settled = () => queries.invalidateQueries({ queryKey: ["run", run.workflow_id, run.run_id] });
  const retry = useMutation({ mutationFn: () => retryRun(run.workflow_id, run.run_id, false), onSuccess: () => showSuccess(t("run.retried")), onError: showError, onSettled: settled });
  const cancel = async () => {
    await cancelRun(run.workflow_id, run.run_id);
    showSuccess(t("run.cancelled"));
    await settled();
  };
  const isLost = isSourceLost(run) && run.jobs.some((job) => job.state === "failed");
  const useless = isLost ? t("run.retry_without_source") : isSourceBad(run) ? t("run.retry_useless") : undefined;
  const source = sourceNow(run);
  return (
    <Flex gap={2} wrap="wrap">
      {can_change_runs && UNFINISHED.has(run.state) && (
        <Button size="sm" variant="outline" colorPalette="red" onClick={() => setAsking(true)}>
          {t("run.cancel")}
        </Button>
      )}
      {can_change_runs && run.state === "failed" && (
        <Button size="sm" variant="outline" loading={retry.isPending} disabled={useless !== undefined} title={useless} onClick={() => retry.mutate()}>
          {t("run.retry")}
        </Button>
      )}
      {source && mayProcess && (
        <LinkButton size="sm" variant="outline" to={paths.newProcess({ bucket: source.bucket, key: source.key })}>
          {t("process.other_jobs")}
        </LinkButton>
      )}
      <LinkButton size="sm" variant="outline" to={paths.compare(`${run.workflow_id} ${run.run_id}`)}>
        {t("compare.with")}
      </LinkButton>
      {inAirflow ? (
        <LinkButton size="sm" variant="outline" to={paths.run(run.workflow_id, run.run_id)}>
          {t("run.whole_page")}
        </LinkButton>
      ) : (
        <LinkButton size="sm" variant="outline" to={paths.airflowRun(run.workflow_id, run.run_id)}>
          {t("run.in_airflow")}
        </LinkButton>
      )}
      {asking && <ConfirmDialog title={t("run.cancel_title")} text={t("run.cancel_text")} confirm={t("run.cancel")} cancel={t("run.cancel_keep")} act={cancel} close={() => setAsking(false)} />}
    </Flex>
  );
}
