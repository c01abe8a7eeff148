// A new request: empty, for one object, with the jobs of a workflow, or as an earlier request.
import { skipToken, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSearchParams } from "react-router-dom";

import { getRequest } from "../../api/processes";
import type { JsonObject } from "../../api/types";
import { getWorkflow } from "../../api/workflows";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { jobsOf, requestSchema } from "../../definition/request";
import type { Schema } from "../../definition/schema";
import { withLists } from "../../definition/steps";
import { useSchemas } from "../../hooks/useSchemas";
import { t } from "../../i18n";
import { ProcessForm } from "./ProcessForm";

function useStart() {
  const [params] = useSearchParams();
  const [copy, workflow, bucket, key] = ["copy", "workflow", "bucket", "key"].map((name) => params.get(name));
  const read = async (): Promise<JsonObject> => {
    if (copy) return getRequest(copy);
    const source: JsonObject = bucket && key ? { bucket, keys: [key] } : { keys: [] };
    return { ...source, output: {}, ...(workflow ? jobsOf((await getWorkflow(workflow)).definition) : { jobs: {} }) };
  };
  return useQuery({ queryKey: ["process-start", copy, workflow, bucket, key], queryFn: copy || workflow || bucket ? read : skipToken, initialData: copy || workflow || bucket ? undefined : EMPTY, staleTime: Infinity, gcTime: 0 });
}

const EMPTY: JsonObject = { keys: [], output: {}, jobs: {} };

function Form({ workflow, start }: { workflow: Schema; start: JsonObject }) {
  const root = useMemo(() => requestSchema(workflow), [workflow]);
  const value = useMemo(() => withLists(start, root) as JsonObject, [start, root]);
  return <ProcessForm root={root} start={value} />;
}

export function NewProcessPage() {
  const schemas = useSchemas();
  const start = useStart();
  return (
    <>
      <PageHead title={t("process.new")} hint={t("process.new_hint")} />
      <Loaded of={schemas}>{({ workflow }) => <Loaded of={start}>{(value) => <Form workflow={workflow} start={value} />}</Loaded>}</Loaded>
    </>
  );
}
