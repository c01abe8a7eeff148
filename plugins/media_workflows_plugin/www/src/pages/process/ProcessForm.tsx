// The form of a request: fields on the left, preview on the right.
import { Box, Button, Flex, Grid, SimpleGrid, Text } from "@chakra-ui/react";
import { useNavigate } from "react-router-dom";

import { dryRunRequest } from "../../api/processes";
import type { JsonObject } from "../../api/types";
import { getWorkflow } from "../../api/workflows";
import { ErrorNote } from "../../components/ErrorNote";
import { FlagField } from "../../components/fields/FlagField";
import { TextField } from "../../components/fields/TextField";
import { Fold } from "../../components/Fold";
import { LeaveDialog } from "../../components/LeaveDialog";
import { Section } from "../../components/Section";
import { WorkflowChoice } from "../../components/WorkflowChoice";
import { FormContext, useForm } from "../../definition/FormContext";
import { asDefinition, jobsOf, sourceKindOf } from "../../definition/request";
import type { Schema } from "../../definition/schema";
import { withLists } from "../../definition/steps";
import { showError } from "../../hooks/messages";
import { t } from "../../i18n";
import { paths } from "../../paths";
import { LimitFields } from "../backfills/LimitFields";
import { DryRunPanel } from "../form/DryRunPanel";
import { JobsSection } from "../form/JobsSection";
import { LiveGraph } from "../form/LiveGraph";
import { NotificationSection } from "../form/NotificationSection";
import { OutputObjects } from "../form/OutputObjects";
import { PlaceFields } from "../form/PlaceFields";
import { ProblemList } from "../form/ProblemList";
import type { YamlText } from "../form/useYamlText";
import { YamlEditor, YamlError } from "../form/YamlEditor";
import { ContextSection } from "./ContextSection";
import { SourceSection } from "./SourceSection";
import { useProcessForm } from "./useProcessForm";

const AT_ONCE = 8; // unless it is set
const FLAG = { type: "boolean", default: false };

// Takes the jobs of a workflow in the place of those in the form. What is typed while it is read stays.
function JobsOfWorkflow() {
  const { root, set } = useForm();
  const take = async (id: string) => {
    try {
      const { jobs, steps } = withLists(jobsOf((await getWorkflow(id)).definition), root) as JsonObject;
      set("jobs", jobs);
      set("steps", steps);
    } catch (error) {
      showError(error as Error);
    }
  };
  return <WorkflowChoice value="" all={t("process.take_jobs")} pick={(id) => id && void take(id)} />;
}

function OptionsSection() {
  return (
    <Section title={t("process.options")}>
      <LimitFields atOnce={AT_ONCE} />
      <SimpleGrid columns={{ base: 1, md: 2 }} gap={4} mt={4}>
        <TextField path="request_id" name="request_id" schema={{ type: "string" }} />
        <FlagField path="force" name="force" schema={FLAG} />
      </SimpleGrid>
    </Section>
  );
}

// The graph is that of a workflow with the same jobs.
function Preview({ valid, unchecked, yaml }: { valid: boolean; unchecked: Error | null; yaml: YamlText }) {
  const form = useForm();
  const request = form.value as JsonObject;
  const isUrl = sourceKindOf(request) === "url";
  return (
    <>
      <Section title={t("graph.title")}>
        <ErrorNote error={unchecked} />
        <FormContext value={{ ...form, value: asDefinition(request) }}>
          <LiveGraph valid={valid} isRequest />
        </FormContext>
      </Section>
      <Section title={t("process.try")}>
        {isUrl ? <Text fontSize="sm">{t("process.no_dry_run")}</Text> : <DryRunPanel ask={dryRunRequest} withVerdict={false} />}
        <Fold title={t("process.yaml")}>
          <YamlEditor yaml={yaml} />
        </Fold>
      </Section>
    </>
  );
}

export function ProcessForm({ root, start }: { root: Schema; start: JsonObject }) {
  const navigate = useNavigate();
  const { form, yaml, submit, isValid, unchecked, refused, send, message, isDirty } = useProcessForm(root, start);
  const isUrl = sourceKindOf(form.value as JsonObject) === "url";
  return (
    <FormContext value={form}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Box ref={message} tabIndex={-1}>
          {refused && <ProblemList problems={form.problems} />}
          {refused && form.problems.length === 0 && <ErrorNote error={send.error} />}
        </Box>
        <Grid templateColumns={{ base: "minmax(0, 1fr)", xl: "minmax(0, 1fr) 26rem" }} gap={5} alignItems="start">
          <Box>
            <SourceSection />
            <Section title={t("process.output")}>
              <PlaceFields path="output" bucketHint={t(isUrl ? "process.url_bucket_hint" : "process.output_bucket_hint")} directoryHint={t(isUrl ? "process.url_directory_hint" : "process.output_directory_hint")} required={isUrl} />
              <OutputObjects />
            </Section>
            <JobsSection title={t("process.jobs")} hint={t("process.jobs_hint")} tools={<JobsOfWorkflow />} />
            <NotificationSection title={t("process.notification")} />
            <ContextSection />
            <OptionsSection />
          </Box>
          <Box position={{ xl: "sticky" }} top={0} as="aside" aria-label={t("form.preview")}>
            <Preview valid={isValid} unchecked={unchecked} yaml={yaml} />
          </Box>
        </Grid>
        <Flex gap={2} position="sticky" bottom={0} bg="bg" boxShadow="0 2rem 0 0 var(--chakra-colors-bg)" borderTopWidth={1} py={3} zIndex={1}>
          <Button type="submit" size="sm" colorPalette="brand" loading={send.isPending}>
            {t("process.start")}
          </Button>
          <Button size="sm" variant="outline" onClick={() => void navigate(paths.processes)}>
            {t("app.cancel")}
          </Button>
          <YamlError yaml={yaml} />
        </Flex>
      </form>
      <LeaveDialog dirty={isDirty} />
    </FormContext>
  );
}
