// The workflow form: fields on the left, preview on the right.
import { Box, Button, Flex, Grid, Input, Text } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router-dom";

import { ApiError, type Problem } from "../../api/client";
import { queries } from "../../api/queries";
import type { Definition, Json } from "../../api/types";
import { ErrorNote } from "../../components/ErrorNote";
import { FieldFrame } from "../../components/fields/FieldFrame";
import { goToField } from "../../components/fields/goToField";
import { ListField } from "../../components/fields/ListField";
import { Fold } from "../../components/Fold";
import { LeaveDialog } from "../../components/LeaveDialog";
import { Section } from "../../components/Section";
import { FormContext } from "../../definition/FormContext";
import { withValue } from "../../definition/path";
import { resolved, type Schema } from "../../definition/schema";
import { showSuccess } from "../../hooks/messages";
import { useMe } from "../../hooks/useMe";
import { useShownError } from "../../hooks/useShownError";
import { t } from "../../i18n";
import { paths } from "../../paths";
import { CheckAccess } from "./CheckAccess";
import { ConflictDialog } from "./ConflictDialog";
import { DryRunPanel } from "./DryRunPanel";
import { JobsSection } from "./JobsSection";
import { LimitsSection } from "./LimitsSection";
import { LiveGraph } from "./LiveGraph";
import { NotificationSection } from "./NotificationSection";
import { OutputObjects } from "./OutputObjects";
import { PlaceFields } from "./PlaceFields";
import { ProblemList } from "./ProblemList";
import { SampleButton } from "./samples/SampleButton";
import { isConflict, type Latest, type Target } from "./targets";
import { shownProblems, stillRefused, useValidation, withRefused } from "./useValidation";
import { useYamlText } from "./useYamlText";
import { YamlEditor, YamlError } from "./YamlEditor";

interface Props {
  root: Schema;
  start: Definition;
  target: Target;
  locked?: boolean; // nothing can be saved
}

const problemsOf = (error: Error | null) => (error instanceof ApiError ? error.problems : []);
// The problems of a definition are those of the form's own check, which is asked again after each change.
const foundBySavingOnly = (error: Error) => (error instanceof ApiError && error.code === "InvalidParameterValue" ? [] : problemsOf(error));

export function WorkflowForm({ root, start, target, locked = false }: Props) {
  const navigate = useNavigate();
  const [value, setValue] = useState<Json>(start);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<Problem[] | null>(null); // by the last save; null = there was none
  const saved = useRef(false);
  const { problems: found, unavailable, error: unchecked } = useValidation(value);
  const { can_edit } = useMe(target.id);
  const refusal = can_edit ? locked && t("action.locked") : t("action.forbidden");
  const [theirs, setTheirs] = useState<Latest | null>(null); // saved by another editor meanwhile
  const [base, setBase] = useState(start);
  const first = useMemo(() => JSON.stringify(base), [base]);
  const set = (path: string, next: Json | undefined) => {
    setValue((old) => withValue(old, path, next));
    setTouched((old) => new Set([...old, path]));
    setRefused((old) => old && stillRefused(old, path));
  };
  const yaml = useYamlText(root, set);
  const isTyped = yaml.typed !== null;
  const dirty = useCallback(() => !saved.current && (isTyped || JSON.stringify(value) !== first), [isTyped, value, first]);
  const definition = value as Definition;
  const save = useMutation({
    mutationFn: (sent: Definition) => target.save(sent),
    onSuccess: async ({ id, message }) => {
      saved.current = true;
      await queries.invalidateQueries({ queryKey: ["workflows"] });
      showSuccess(message);
      await navigate(paths.workflow(id));
    },
    onError: async (error) => {
      setRefused(foundBySavingOnly(error));
      if (target.latest && isConflict(error)) setTheirs(await target.latest());
    },
  });
  const reload = ({ definition, accept }: Latest) => {
    accept();
    setValue(definition);
    setBase(definition);
    setTouched(new Set());
    setRefused(null);
    setTheirs(null);
  };
  const keep = ({ accept }: Latest) => {
    accept();
    setTheirs(null);
    save.mutate(definition);
  };
  const message = useShownError(save.error);
  const checked = shownProblems(found ?? [], touched, refused !== null);
  const isUnchanged = save.error !== null && save.variables === definition; // since the save that was refused
  const problems = withRefused(checked, isUnchanged ? problemsOf(save.error) : (refused ?? []));
  const name = String(definition.name ?? "");
  const trigger = resolved(root.properties?.trigger ?? {}, root);
  return (
    <FormContext value={{ value, root, workflow: target.id, problems, unavailable, set }}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const read = yaml.take();
          if (read !== null) save.mutate((read as Definition | undefined) ?? definition);
        }}
      >
        <Box ref={message} tabIndex={-1}>
          {refused && <ProblemList problems={problems} />}
          {refused && problemsOf(save.error).length === 0 && <ErrorNote error={save.error} />}
        </Box>
        <Grid templateColumns={{ base: "minmax(0, 1fr)", xl: "minmax(0, 1fr) 26rem" }} gap={5} alignItems="start">
          <Box>
            <Section title={t("form.name_section")}>
              <FieldFrame path="name" label={t("form.name")} hint={t("form.name_hint")} required problem={problems.find((problem) => problem.field === "name")}>
                <Input size="sm" maxW="24rem" value={name} onChange={(event) => set("name", event.target.value)} />
              </FieldFrame>
            </Section>
            <Section title={t("form.trigger")}>
              <PlaceFields path="trigger" bucketHint="" directoryHint={t("form.trigger_directory_hint")} required />
              <Box mt={4}>
                <ListField path="trigger.formats" name="formats" schema={trigger.properties?.formats ?? {}} />
              </Box>
            </Section>
            <Section title={t("form.output")}>
              <PlaceFields path="output" bucketHint={t("form.output_bucket_hint")} directoryHint={t("form.output_directory_hint")} />
              <OutputObjects />
            </Section>
            <JobsSection />
            <NotificationSection />
            <LimitsSection />
          </Box>
          <Box position={{ xl: "sticky" }} top={0} as="aside" aria-label={t("form.preview")}>
            <Section title={t("graph.title")}>
              <ErrorNote error={unchecked} />
              <LiveGraph valid={found !== null && found.length === 0} />
            </Section>
            <Section title={t("form.try")}>
              {can_edit ? (
                <>
                  <CheckAccess />
                  <Box mt={4}>
                    <DryRunPanel />
                  </Box>
                  <Box my={4}>
                    <SampleButton />
                  </Box>
                </>
              ) : (
                <Text color="fg.muted" mb={4}>
                  {t("action.forbidden")}
                </Text>
              )}
              <Fold title={t("form.yaml")}>
                <YamlEditor yaml={yaml} />
              </Fold>
            </Section>
          </Box>
        </Grid>
        <Flex gap={2} wrap="wrap" position="sticky" bottom={0} bg="bg" boxShadow="0 2rem 0 0 var(--chakra-colors-bg)" borderTopWidth={1} py={3} zIndex={1}>
          <Button type="submit" size="sm" colorPalette="brand" loading={save.isPending} disabled={refusal !== false} title={refusal || undefined}>
            {t("app.save")}
          </Button>
          <Button size="sm" variant="outline" onClick={() => void navigate(target.id ? paths.workflow(target.id) : paths.workflows)}>
            {t("app.cancel")}
          </Button>
          {!can_edit && (
            <Text fontSize="sm" color="fg.muted" alignSelf="center">
              {t("action.forbidden")}
            </Text>
          )}
          <YamlError yaml={yaml} />
          {refused && problems.length > 0 && (
            <Button size="sm" variant="plain" color="red.fg" textDecoration="underline" onClick={() => void goToField(problems[0]!.field)}>
              {t("form.not_saved", { count: problems.length })}
            </Button>
          )}
          {unavailable.some((one) => one.fails) && (
            <Text fontSize="sm" color="orange.fg" alignSelf="center">
              {t("unavailable.at_save")}
            </Text>
          )}
        </Flex>
      </form>
      {theirs && <ConflictDialog theirs={theirs.definition} mine={definition} reload={() => reload(theirs)} keep={() => keep(theirs)} close={() => setTheirs(null)} />}
      <LeaveDialog dirty={dirty} />
    </FormContext>
  );
}
