// A dry run of the form's definition with an object of the trigger bucket; nothing is written.
import { Box, Button, Field, Flex, Input } from "@chakra-ui/react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";

import { listObjects } from "../../api/definition";
import { dryRun } from "../../api/dryRun";
import type { JsonObject } from "../../api/types";
import { DryRunResult } from "../../components/DryRunResult";
import { ErrorNote } from "../../components/ErrorNote";
import { useForm } from "../../definition/FormContext";
import { valueAt } from "../../definition/path";
import { useDebounced } from "../../hooks/useDebounced";
import { t } from "../../i18n";

export function DryRunPanel() {
  const { value } = useForm();
  const [key, setKey] = useState("");
  const list = useId();
  const bucket = useDebounced(String(valueAt(value, "trigger.bucket") ?? ""));
  const directory = useDebounced(String(valueAt(value, "trigger.directory") ?? ""));
  const objects = useQuery({ queryKey: ["objects", bucket, directory], queryFn: () => listObjects(bucket, directory), enabled: bucket.length > 2 }).data?.items ?? [];
  const run = useMutation({ mutationFn: () => dryRun(value as JsonObject, key) });
  return (
    <Box>
      <Field.Root>
        <Field.Label>{t("dry_run.object")}</Field.Label>
        <Flex gap={2} w="100%">
          <Input size="sm" list={list} value={key} onChange={(event) => setKey(event.target.value)} placeholder={`${directory}clip.mp4`} />
          <Button size="sm" variant="outline" disabled={!key} loading={run.isPending} onClick={() => run.mutate()}>
            {t("dry_run.go")}
          </Button>
        </Flex>
        <Field.HelperText>{t("dry_run.hint")}</Field.HelperText>
        <datalist id={list}>
          {objects.map((object) => (
            <option key={object.key} value={object.key} />
          ))}
        </datalist>
      </Field.Root>
      <ErrorNote error={run.error} />
      {run.data && <DryRunResult result={run.data} />}
    </Box>
  );
}
