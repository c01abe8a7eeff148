// Chooses the run of one side: the newest runs of a workflow, by file.
import { Box, Flex, NativeSelect, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Side } from "../../api/comparison";
import { listRuns, type RunRow } from "../../api/runs";
import { fileName } from "../../components/preview/FilePreview";
import { WorkflowChoice } from "../../components/WorkflowChoice";
import { t } from "../../i18n";
import { formatTime } from "../../i18n/format";

const OFFERED = 50;
const FRESH_MS = 30_000;

const labelOf = (run: RunRow) =>
  t("compare.run", { file: run.source ? fileName(run.source.key) : run.run_id, number: run.revision ?? "–", time: formatTime(run.started_at ?? run.queued_at) });

interface Props {
  label: string;
  value: Side | undefined;
  start: string; // the workflow that is offered before one is chosen
  pick: (side: Side | undefined) => void;
}

export function SidePicker({ label, value, start, pick }: Props) {
  const [offered, setOffered] = useState(start);
  const workflow = value?.workflow ?? offered;
  const filter = { workflow, state: "" };
  const runs = useQuery({ queryKey: ["runs", "offered", workflow], queryFn: () => listRuns(filter, 0, OFFERED), staleTime: FRESH_MS }).data?.items ?? [];
  const isListed = runs.some((run) => run.workflow_id === value?.workflow && run.run_id === value?.run);
  const other = value && !isListed ? value.run : ""; // an older one
  return (
    <Box flex={1} minW={{ base: "100%", md: "20rem" }}>
      <Text fontWeight="semibold" mb={1}>
        {label}
      </Text>
      <Flex gap={2} wrap="wrap">
        <WorkflowChoice
          value={workflow}
          pick={(id) => {
            setOffered(id);
            pick(undefined);
          }}
        />
        <NativeSelect.Root size="sm" width="auto" maxW="100%">
          <NativeSelect.Field
            aria-label={t("compare.run_of", { side: label })}
            value={value?.run ?? ""}
            onChange={(event) => {
              const found = runs.find((run) => run.run_id === event.target.value);
              if (found) pick({ workflow: found.workflow_id, run: found.run_id });
            }}
          >
            <option value="" disabled>
              {t("compare.choose")}
            </option>
            {other && <option value={other}>{other}</option>}
            {runs.map((run) => (
              <option key={`${run.workflow_id} ${run.run_id}`} value={run.run_id}>
                {labelOf(run)}
              </option>
            ))}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      </Flex>
    </Box>
  );
}
