// The form of a workflow's draft: it begins as the present revision.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router-dom";

import { type DraftWithDefinition, getDraft } from "../../api/drafts";
import type { WorkflowDetail } from "../../api/types";
import { getWorkflow } from "../../api/workflows";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { useSchemas } from "../../hooks/useSchemas";
import { t } from "../../i18n";
import { draftOf } from "./targets";
import { WorkflowForm } from "./WorkflowForm";

async function withDraft(id: string): Promise<{ workflow: WorkflowDetail; draft: DraftWithDefinition | null }> {
  const workflow = await getWorkflow(id);
  return { workflow, draft: workflow.draft ? await getDraft(id) : null };
}

export function DraftPage() {
  const { id = "" } = useParams();
  const both = useQuery({ queryKey: ["workflows", "draft", id], queryFn: () => withDraft(id), gcTime: 0, refetchOnWindowFocus: false });
  return (
    <Loaded of={both}>
      {({ workflow, draft }) => (
        <>
          <PageHead title={t("draft.edit_title", { name: workflow.definition.name })} hint={t("draft.edit_hint")} />
          <DraftForm workflow={workflow} draft={draft} />
        </>
      )}
    </Loaded>
  );
}

function DraftForm({ workflow, draft }: { workflow: WorkflowDetail; draft: DraftWithDefinition | null }) {
  const schemas = useSchemas();
  const [target] = useState(() => draftOf(workflow, draft));
  return <Loaded of={schemas}>{({ workflow: root }) => <WorkflowForm root={root} start={(draft ?? workflow).definition} target={target} />}</Loaded>;
}
