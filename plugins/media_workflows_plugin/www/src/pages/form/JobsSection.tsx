// What a workflow makes: jobs that each read the source, or steps with order and conditions.
import { Box, Flex, RadioGroup, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

import type { Json } from "../../api/types";
import { SchemaField } from "../../components/fields/SchemaField";
import { Section } from "../../components/Section";
import { useField, useForm } from "../../definition/FormContext";
import { resolved } from "../../definition/schema";
import { fromJobs, hasSteps, stepsIn, toJobs } from "../../definition/steps";
import { t } from "../../i18n";
import { FoldAll } from "./cards/FoldAll";
import { JobList } from "./JobList";
import { StepList } from "./steps/StepList";

interface Props {
  title?: string;
  hint?: string; // of jobs
  tools?: ReactNode;
}

export function JobsSection({ title = t("form.jobs"), hint = t("form.jobs_hint"), tools }: Props) {
  const { value, set, root } = useForm();
  const jobs = useField("jobs").value;
  const isGraph = hasSteps(value);
  const asJobs = isGraph ? toJobs(stepsIn(value)) : undefined;
  const change = (form: string) => {
    set("steps", form === "steps" ? (fromJobs(jobs) as Json) : undefined);
    set("jobs", form === "steps" ? undefined : asJobs);
    if (form === "jobs") set("publish", undefined);
  };
  return (
    <FoldAll>
      {(foldAll) => (
        <Section
          title={title}
          hint={isGraph ? t("steps.hint") : hint}
          tools={
            <>
              {tools}
              {foldAll}
            </>
          }
        >
          <RadioGroup.Root size="sm" value={isGraph ? "steps" : "jobs"} onValueChange={(now) => now.value && change(now.value)} mb={3} aria-label={t("steps.form")}>
            <Flex gap={5} wrap="wrap">
              {(["jobs", "steps"] as const).map((form) => (
                <RadioGroup.Item key={form} value={form} disabled={form === "jobs" && isGraph && asJobs === undefined}>
                  <RadioGroup.ItemHiddenInput />
                  <RadioGroup.ItemIndicator />
                  <RadioGroup.ItemText>{t(form === "jobs" ? "steps.as_jobs" : "steps.as_steps")}</RadioGroup.ItemText>
                </RadioGroup.Item>
              ))}
            </Flex>
          </RadioGroup.Root>
          {isGraph && asJobs === undefined && (
            <Text fontSize="sm" color="fg.muted" mb={3}>
              {t("steps.no_way_back")}
            </Text>
          )}
          {isGraph ? <StepList /> : <JobList />}
          {isGraph && root.properties?.publish && (
            <Box maxW="32rem" mt={4}>
              <SchemaField path="publish" name="publish" schema={resolved(root.properties.publish, root)} />
            </Box>
          )}
        </Section>
      )}
    </FoldAll>
  );
}
