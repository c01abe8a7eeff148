// Retries the runs that failed for a cause: exactly those that the confirmation counts and names.
import { Button, List, Text } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { queries } from "../../api/queries";
import { LIST_LIMIT, listRuns, type RunRow } from "../../api/runs";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { sinceOf } from "../../components/PeriodChoice";
import { causeLabel } from "../../components/runs/cause";
import { applyToRuns } from "../../components/runs/RunBulkBar";
import { keyOf, nameOf } from "../../components/runs/RunTable";
import { showError } from "../../hooks/messages";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";

const SHOWN = 8;

function Named({ runs }: { runs: RunRow[] }) {
  return (
    <>
      <Text mb={2}>{t("run_action.retry_text")}</Text>
      <List.Root ps={5}>
        {runs.slice(0, SHOWN).map((run) => (
          <List.Item key={keyOf(run)} overflowWrap="anywhere">
            {nameOf(run)}
          </List.Item>
        ))}
      </List.Root>
      {runs.length > SHOWN && <Text mt={1}>{t("home.more", { count: runs.length - SHOWN })}</Text>}
    </>
  );
}

export function RetryCause({ cause: { code, runs: count } }: { cause: { code: string; runs: number } }) {
  const [runs, setRuns] = useState<RunRow[]>([]);
  const { can_change_runs } = useMe();
  const find = useMutation({
    mutationFn: () => listRuns({ state: "failed", cause: code, ended_since: sinceOf("24h") }, 0, LIST_LIMIT),
    onSuccess: ({ items }) => (items.length > 0 ? setRuns(items) : queries.invalidateQueries({ queryKey: ["home"] })),
    onError: showError,
  });
  if (!can_change_runs) return null;
  const label = t(count === 1 ? "home.retry_one" : "home.retry_these", { count });
  return (
    <>
      <Button size="xs" variant="outline" loading={find.isPending} onClick={() => find.mutate()} aria-label={t("action.named", { action: label, name: causeLabel(code) })}>
        {label}
      </Button>
      {runs.length > 0 && (
        <ConfirmDialog
          title={t("run_action.retry_title", { count: runs.length })}
          text={<Named runs={runs} />}
          confirm={t("run_action.retry", { count: runs.length })}
          danger={false}
          act={() => applyToRuns("retry", runs)}
          close={() => setRuns([])}
        />
      )}
    </>
  );
}
