// Copies a job to another workflow: a disabled one changes at once, an enabled one in its draft.
import { Alert, Button, Dialog, Field, List, NativeSelect, Text } from "@chakra-ui/react";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { validate } from "../../../api/definition";
import { type DraftWithDefinition, getDraft } from "../../../api/drafts";
import { queries } from "../../../api/queries";
import type { Definition, WorkflowDetail } from "../../../api/types";
import { getWorkflow, listWorkflows } from "../../../api/workflows";
import { DialogFrame } from "../../../components/DialogFrame";
import { ErrorNote } from "../../../components/ErrorNote";
import { Loaded } from "../../../components/Loaded";
import { SearchField } from "../../../components/SearchField";
import { copiedInto, type Piece } from "../../../definition/copying";
import { useForm } from "../../../definition/FormContext";
import { useSchemas } from "../../../hooks/useSchemas";
import { showSuccess } from "../../../hooks/messages";
import { t } from "../../../i18n";
import { problemText } from "../../../i18n/errors";
import { draftOf, storedWorkflow } from "../targets";

const OFFERED = 50;

interface Props {
  piece: Piece;
  name: string;
  close: () => void;
}

interface Chosen {
  workflow: WorkflowDetail;
  draft: DraftWithDefinition | null;
}

async function chosen(id: string): Promise<Chosen> {
  const workflow = await getWorkflow(id);
  return { workflow, draft: workflow.draft ? await getDraft(id) : null };
}

export default function CopyDialog({ piece, name, close }: Props) {
  const { workflow: own } = useForm();
  const [search, setSearch] = useState("");
  const [id, setId] = useState("");
  const query = { search, order: "desc" as const, offset: 0, limit: OFFERED };
  const page = useQuery({ queryKey: ["workflows", "names", query], queryFn: () => listWorkflows(query), placeholderData: keepPreviousData });
  const target = useQuery({ queryKey: ["workflows", "copy", id], queryFn: () => chosen(id), enabled: id !== "", gcTime: 0 });
  const schemas = useSchemas();
  const offered = (page.data?.items ?? []).filter((one) => one.id !== own);
  return (
    <DialogFrame title={t("copy.title", { name })} close={close} size="lg">
      <Dialog.Body display="grid" gap={3}>
        <SearchField label={t("copy.search")} value={search} change={setSearch} />
        <Field.Root>
          <Field.Label>{t("copy.to")}</Field.Label>
          <NativeSelect.Root size="sm">
            <NativeSelect.Field value={offered.some((one) => one.id === id) ? id : ""} onChange={(event) => setId(event.target.value)}>
              <option value="">{t("form.choose")}</option>
              {offered.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.definition.name}
                </option>
              ))}
            </NativeSelect.Field>
            <NativeSelect.Indicator />
          </NativeSelect.Root>
        </Field.Root>
        <ErrorNote error={page.error} />
      </Dialog.Body>
      {id === "" ? (
        <Dialog.Footer>
          <Button variant="outline" onClick={close}>
            {t("app.cancel")}
          </Button>
        </Dialog.Footer>
      ) : (
        <Loaded of={target}>{(found) => <Loaded of={schemas}>{({ workflow: root }) => <Outcome key={id} to={found} copied={copiedInto((found.draft ?? found.workflow).definition, piece, root)} close={close} />}</Loaded>}</Loaded>
      )}
    </DialogFrame>
  );
}

// What the copy changes there, what prevents it, and the button that makes it.
function Outcome({ to: { workflow, draft }, copied, close }: { to: Chosen; copied: ReturnType<typeof copiedInto>; close: () => void }) {
  const { definition, notes, conflict } = copied;
  const inDraft = workflow.enabled || draft !== null;
  const check = useQuery({ queryKey: ["validate", definition], queryFn: () => validate(definition), enabled: !conflict, gcTime: 0 });
  const problems = check.data?.problems ?? [];
  const save = useMutation({
    mutationFn: () => (inDraft ? draftOf(workflow, draft) : storedWorkflow(workflow)).save(definition as Definition),
    onSuccess: async ({ message }) => {
      await queries.invalidateQueries({ queryKey: ["workflows"] });
      showSuccess(message);
      close();
    },
  });
  const reasons = conflict ? [conflict] : problems.map((problem) => `${problem.field}: ${problemText(problem)}`);
  return (
    <>
      <Dialog.Body display="grid" gap={3} pt={0}>
        <Text>{t(inDraft ? "copy.in_draft" : "copy.at_once", { name: workflow.definition.name })}</Text>
        {notes.map((note) => (
          <Text key={note}>{note}</Text>
        ))}
        {reasons.length > 0 && (
          <Alert.Root status="warning" variant="surface" role="alert">
            <Alert.Indicator />
            <Alert.Content>
              <Alert.Title>{t("copy.conflict")}</Alert.Title>
              <List.Root ps={4}>
                {reasons.map((reason) => (
                  <List.Item key={reason}>{reason}</List.Item>
                ))}
              </List.Root>
            </Alert.Content>
          </Alert.Root>
        )}
        <ErrorNote error={check.error ?? save.error} />
      </Dialog.Body>
      <Dialog.Footer>
        <Button variant="outline" onClick={close} disabled={save.isPending}>
          {t("app.cancel")}
        </Button>
        <Button colorPalette="brand" disabled={reasons.length > 0 || check.data === undefined} loading={save.isPending} onClick={() => save.mutate()}>
          {t("copy.go")}
        </Button>
      </Dialog.Footer>
    </>
  );
}
