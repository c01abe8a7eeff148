// A new workflow, a copy of one, or an edit.
import { Alert } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router-dom";

import type { Definition, Workflow } from "../../api/types";
import { getWorkflow } from "../../api/workflows";
import { EnabledSwitch } from "../../components/EnabledSwitch";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { StarterButton } from "../../components/StarterButton";
import type { Schema } from "../../definition/schema";
import { withLists } from "../../definition/steps";
import { useMe } from "../../hooks/useMe";
import { useSchemas } from "../../hooks/useSchemas";
import { useAnsweredStarter } from "../../hooks/useStarters";
import { t } from "../../i18n";
import { paths } from "../../paths";
import { newWorkflow, storedWorkflow } from "./targets";
import { WorkflowForm } from "./WorkflowForm";

const EMPTY: Definition = { name: "", trigger: { bucket: "" }, output: {}, jobs: {} };
const NEW = newWorkflow();

function StarterForm({ root, name, answers }: { root: Schema; name: string; answers: string[] }) {
  const answered = useAnsweredStarter(name, answers);
  return (
    <Loaded of={answered}>
      {(definition) => (
        <WorkflowForm key={JSON.stringify([name, answers])} root={root} start={withLists(definition, root) as Definition} target={NEW} />
      )}
    </Loaded>
  );
}

function NewForm({ copy, starter, answers }: { copy: string | null; starter: string | null; answers: string[] }) {
  const schemas = useSchemas();
  const source = useQuery({ queryKey: ["workflows", "one", copy], queryFn: () => getWorkflow(copy!), enabled: copy !== null });
  const [start] = useState<Definition>(EMPTY);
  if (starter) return <Loaded of={schemas}>{({ workflow }) => <StarterForm root={workflow} name={starter} answers={answers} />}</Loaded>;
  if (!copy) return <Loaded of={schemas}>{({ workflow }) => <WorkflowForm root={workflow} start={start} target={NEW} />}</Loaded>;
  return (
    <Loaded of={schemas}>
      {({ workflow }) => <Loaded of={source}>{({ definition }) => <CopyForm key={copy} root={workflow} definition={definition} />}</Loaded>}
    </Loaded>
  );
}

function CopyForm({ root, definition }: { root: Schema; definition: Definition }) {
  const [start] = useState<Definition>({ ...definition, name: `${definition.name}-${t("form.copy_suffix")}` });
  return <WorkflowForm root={root} start={start} target={NEW} />;
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

function EditForm({ workflow }: { workflow: Workflow }) {
  const schemas = useSchemas();
  const [target] = useState(() => storedWorkflow(workflow)); // of the revision that the edit began with, not of a later one
  return <Loaded of={schemas}>{({ workflow: root }) => <WorkflowForm root={root} start={workflow.definition} target={target} locked={workflow.enabled} />}</Loaded>;
}

export function EditWorkflowPage() {
  const { id = "" } = useParams();
  const { can_edit } = useMe(id);
  const stored = useQuery({ queryKey: ["workflows", "one", id], queryFn: () => getWorkflow(id) });
  return (
    <Loaded of={stored}>
      {(workflow) => (
        <>
          <PageHead title={t("form.edit_title", { name: workflow.definition.name })} />
          {workflow.enabled && (
            <Alert.Root status="warning" mb={4} alignItems="center" flexWrap="wrap">
              <Alert.Indicator />
              <Alert.Title flex="1 1 12rem">{t("form.locked")}</Alert.Title>
              <LinkButton size="xs" variant="outline" to={paths.draft(id)} forbidden={!can_edit}>
                {t("draft.edit")}
              </LinkButton>
              <EnabledSwitch workflow={workflow} onItsPage />
            </Alert.Root>
          )}
          <EditForm key={id} workflow={workflow} />
        </>
      )}
    </Loaded>
  );
}
