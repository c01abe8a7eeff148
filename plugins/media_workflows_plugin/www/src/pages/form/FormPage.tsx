// A new workflow, a copy of one, or an edit.
import { Alert } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router-dom";

import type { Definition } from "../../api/types";
import { getWorkflow } from "../../api/workflows";
import { EnabledSwitch } from "../../components/EnabledSwitch";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { StarterButton } from "../../components/StarterButton";
import type { Schema } from "../../definition/schema";
import { withLists } from "../../definition/steps";
import { useSchemas } from "../../hooks/useSchemas";
import { useAnsweredStarter } from "../../hooks/useStarters";
import { t } from "../../i18n";
import { WorkflowForm } from "./WorkflowForm";

const EMPTY: Definition = { name: "", trigger: { bucket: "" }, output: {}, jobs: {} };

function StarterForm({ root, name, answers }: { root: Schema; name: string; answers: string[] }) {
  const answered = useAnsweredStarter(name, answers);
  return <Loaded of={answered}>{(definition) => <WorkflowForm key={JSON.stringify([name, answers])} root={root} start={withLists(definition, root) as Definition} />}</Loaded>;
}

function NewForm({ copy, starter, answers }: { copy: string | null; starter: string | null; answers: string[] }) {
  const schemas = useSchemas();
  const source = useQuery({ queryKey: ["workflows", "one", copy], queryFn: () => getWorkflow(copy!), enabled: copy !== null });
  const [start] = useState<Definition>(EMPTY);
  if (starter) return <Loaded of={schemas}>{({ workflow }) => <StarterForm root={workflow} name={starter} answers={answers} />}</Loaded>;
  if (!copy) return <Loaded of={schemas}>{({ workflow }) => <WorkflowForm root={workflow} start={start} />}</Loaded>;
  return (
    <Loaded of={schemas}>
      {({ workflow }) => <Loaded of={source}>{({ definition }) => <CopyForm root={workflow} definition={definition} />}</Loaded>}
    </Loaded>
  );
}

function CopyForm({ root, definition }: { root: Schema; definition: Definition }) {
  const [start] = useState<Definition>({ ...definition, name: `${definition.name}-${t("form.copy_suffix")}` });
  return <WorkflowForm root={root} start={start} />;
}

export function NewWorkflowPage() {
  const [params] = useSearchParams();
  return (
    <>
      <PageHead title={t("form.create_title")}>
        <StarterButton />
      </PageHead>
      <NewForm copy={params.get("copy")} starter={params.get("starter")} answers={params.getAll("answer")} />
    </>
  );
}

export function EditWorkflowPage() {
  const { id = "" } = useParams();
  const schemas = useSchemas();
  const stored = useQuery({ queryKey: ["workflows", "one", id], queryFn: () => getWorkflow(id) });
  return (
    <Loaded of={stored}>
      {(workflow) => (
        <>
          <PageHead title={t("form.edit_title", { name: workflow.definition.name })} />
          {workflow.enabled && (
            <Alert.Root status="warning" mb={4} alignItems="center">
              <Alert.Indicator />
              <Alert.Title flex={1}>{t("form.locked")}</Alert.Title>
              <EnabledSwitch workflow={workflow} onItsPage />
            </Alert.Root>
          )}
          <Loaded of={schemas}>{({ workflow: root }) => <WorkflowForm root={root} start={workflow.definition} stored={workflow} />}</Loaded>
        </>
      )}
    </Loaded>
  );
}
