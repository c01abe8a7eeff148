// Name, comment and parameters of a template; read only for presets.
import { Box, Button, Flex, Input, SimpleGrid } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router-dom";

import { ApiError } from "../../api/client";
import { queries } from "../../api/queries";
import { createTemplate, getTemplate, type Template, type TemplateDefinition, updateTemplate } from "../../api/templates";
import type { Json } from "../../api/types";
import { ErrorNote } from "../../components/ErrorNote";
import { FieldFrame } from "../../components/fields/FieldFrame";
import { ObjectFields } from "../../components/fields/ObjectFields";
import { ProblemOf } from "../../components/fields/ProblemOf";
import { LeaveDialog } from "../../components/LeaveDialog";
import { Section } from "../../components/Section";
import { FormContext } from "../../definition/FormContext";
import { withValue } from "../../definition/path";
import type { Schema } from "../../definition/schema";
import { showSuccess } from "../../hooks/messages";
import { useShownError } from "../../hooks/useShownError";
import { t } from "../../i18n";
import { paths } from "../../paths";
import { ConflictDialog } from "../form/ConflictDialog";
import { isConflict } from "../form/targets";

interface Props {
  schema: Schema;
  start: TemplateDefinition;
  stored?: Template;
}

const definitionOf = ({ kind, name, comment, parameters }: TemplateDefinition): TemplateDefinition => ({ kind, name, comment, parameters });

export function TemplateForm({ schema, start, stored }: Props) {
  const navigate = useNavigate();
  const [value, setValue] = useState<Json>(start as unknown as Json);
  const [base, setBase] = useState(start);
  const revision = useRef(stored?.revision ?? 0); // that the edit is one of
  const [theirs, setTheirs] = useState<Template | null>(null); // saved by another editor meanwhile
  const saved = useRef(false);
  const first = useMemo(() => JSON.stringify(base), [base]);
  const dirty = useCallback(() => !saved.current && JSON.stringify(value) !== first, [value, first]);
  const definition = value as unknown as TemplateDefinition;
  const save = useMutation({
    mutationFn: () => (stored ? updateTemplate(stored.id, revision.current, definition) : createTemplate(definition)),
    onSuccess: async (answer) => {
      saved.current = true;
      await queries.invalidateQueries({ queryKey: ["templates"] });
      showSuccess(t("templates.saved", { name: answer.name }));
      await navigate(paths.template(answer.kind, answer.id));
    },
    onError: async (error) => {
      if (stored && isConflict(error)) setTheirs(await getTemplate(stored.kind, stored.id));
    },
  });
  const reload = (latest: Template) => {
    revision.current = latest.revision;
    setValue(definitionOf(latest) as unknown as Json);
    setBase(definitionOf(latest));
    setTheirs(null);
    save.reset();
  };
  const keep = (latest: Template) => {
    revision.current = latest.revision;
    setTheirs(null);
    save.mutate();
  };
  const message = useShownError(save.error);
  const problems = save.error instanceof ApiError ? save.error.problems : [];
  const set = (path: string, next: Json | undefined) => setValue((old) => withValue(old, path, next));
  const problemOf = (field: string) => problems.find((problem) => problem.field === field);
  return (
    <FormContext value={{ value, root: schema, problems, set }}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Box ref={message} tabIndex={-1}>
          <ErrorNote error={save.error} />
        </Box>
        <Section title={t("templates.head")}>
          <SimpleGrid columns={{ base: 1, md: 2 }} gap={4}>
            <FieldFrame path="name" label={t("list.name")} required problem={problemOf("name")}>
              <Input size="sm" value={definition.name} onChange={(event) => set("name", event.target.value)} />
            </FieldFrame>
            <FieldFrame path="comment" label={t("templates.comment")} problem={problemOf("comment")}>
              <Input size="sm" value={definition.comment} onChange={(event) => set("comment", event.target.value)} />
            </FieldFrame>
          </SimpleGrid>
        </Section>
        <Section title={t("templates.parameters")}>
          <Box>
            <ProblemOf path="parameters" />
            <ObjectFields path="parameters" schema={schema} />
          </Box>
        </Section>
        <Flex gap={2}>
          <Button type="submit" size="sm" colorPalette="brand" loading={save.isPending}>
            {t("app.save")}
          </Button>
          <Button size="sm" variant="outline" onClick={() => void navigate(paths.templates)}>
            {t("app.cancel")}
          </Button>
        </Flex>
      </form>
      {theirs && <ConflictDialog theirs={definitionOf(theirs)} mine={definition} reload={() => reload(theirs)} keep={() => keep(theirs)} close={() => setTheirs(null)} />}
      <LeaveDialog dirty={dirty} />
    </FormContext>
  );
}
