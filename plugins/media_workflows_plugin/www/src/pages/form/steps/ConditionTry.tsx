// A condition, tried on an object of the trigger bucket, or on a run of the stored workflow.
import { Box, Button, Field, Flex, NativeSelect, Text } from "@chakra-ui/react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router-dom";

import { tryCondition, tryOnRun } from "../../../api/conditions";
import { listRuns, type RunRow } from "../../../api/runs";
import { ErrorNote } from "../../../components/ErrorNote";
import { fileName } from "../../../components/preview/FilePreview";
import { stateLabel } from "../../../components/StateBadge";
import { readsOnlySource } from "../../../definition/conditionNames";
import { useForm } from "../../../definition/FormContext";
import { sourcePlace } from "../../../definition/sourcePlace";
import type { Step } from "../../../definition/steps";
import { t } from "../../../i18n";
import { formatTime } from "../../../i18n/format";
import { ObjectKey } from "../ObjectKey";
import { outcomeText } from "./outcomeText";

interface Props {
  expression: string;
  steps: Step[];
  step: string;
}

interface Tried {
  expression: string;
  key?: string;
  run?: string;
}

const SHOWN_RUNS = 50;

// A new workflow has no runs.
function useRuns(workflow: string | undefined): RunRow[] {
  const found = useQuery({ queryKey: ["runs", workflow, "try"], queryFn: () => listRuns({ workflow }, 0, SHOWN_RUNS), enabled: workflow !== undefined });
  return (found.data?.items ?? []).filter((run) => run.source);
}

const runLabel = (run: RunRow) => `${run.source ? fileName(run.source.key) : run.run_id} · ${formatTime(run.started_at ?? run.queued_at)} · ${stateLabel(run.state)}`;

export function ConditionTry({ expression, steps, step }: Props) {
  const { value } = useForm();
  const { id } = useParams();
  const [key, setKey] = useState("");
  const runs = useRuns(id);
  const [chosen, setRun] = useState("");
  const run = chosen || runs[0]?.run_id || "";
  const { bucket } = sourcePlace(value);
  const ask = useMutation({ mutationFn: (tried: Tried) => (tried.run ? tryOnRun(tried.expression, id!, tried.run, steps, step) : tryCondition(tried.expression, bucket, tried.key)) });
  const isCurrent = ask.variables?.expression === expression && (ask.variables.run ? ask.variables.run === run : ask.variables.key === key);
  const tryButton = (tried: Tried, disabled: boolean, label: string) => (
    <Button size="sm" variant="outline" disabled={disabled} loading={ask.isPending} onClick={() => ask.mutate(tried)} aria-label={t("action.named", { action: label, name: step })}>
      {t("condition.try")}
    </Button>
  );
  const onObject = readsOnlySource(expression);
  return (
    <Box display="grid" gap={3}>
      {onObject && (
        <Field.Root>
          <Field.Label>{t("condition.object")}</Field.Label>
          <Flex gap={2} w="100%" maxW="36rem">
            <ObjectKey value={key} change={setKey} />
            {tryButton({ expression, key }, !key || !bucket, t("condition.try"))}
          </Flex>
        </Field.Root>
      )}
      {runs.length > 0 && (
        <Field.Root>
          <Field.Label>{t("condition.run")}</Field.Label>
          <Flex gap={2} w="100%" maxW="36rem">
            <NativeSelect.Root size="sm">
              <NativeSelect.Field value={run} onChange={(event) => setRun(event.target.value)}>
                {runs.map((one) => (
                  <option key={one.run_id} value={one.run_id}>
                    {runLabel(one)}
                  </option>
                ))}
              </NativeSelect.Field>
              <NativeSelect.Indicator />
            </NativeSelect.Root>
            {tryButton({ expression, run }, false, t("condition.try_run"))}
          </Flex>
        </Field.Root>
      )}
      {!onObject && runs.length === 0 && <Text fontSize="sm">{t("condition.try_later")}</Text>}
      <Box role="status">
        {isCurrent && <ErrorNote error={ask.error} />}
        {isCurrent && ask.data && (
          <Text fontSize="sm" color={ask.data.error ? "red.fg" : ask.data.value ? "green.fg" : "orange.fg"} overflowWrap="anywhere">
            {outcomeText(ask.data)}
          </Text>
        )}
      </Box>
    </Box>
  );
}
