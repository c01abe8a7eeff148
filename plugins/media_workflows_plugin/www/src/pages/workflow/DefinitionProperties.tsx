// A definition in words, and as YAML.
import { Box, Code, Grid, List, Text } from "@chakra-ui/react";
import { dump } from "js-yaml";
import type { ReactNode } from "react";

import type { Definition, JsonObject } from "../../api/types";
import { Fold } from "../../components/Fold";
import { TextLink } from "../../components/TextLink";
import { placeOf } from "../../components/WorkflowActions";
import { choiceLabel, fieldLabel, kindLabel } from "../../definition/labels";
import { propertiesOf } from "../../definition/properties";
import { resolved, type Schema } from "../../definition/schema";
import { fromJobs, hasSteps, idsAfter, inputOf, itemsOf, kindOf, kindsOf, SOURCE, type Step, stepsIn, textAt } from "../../definition/steps";
import { parametersSummary } from "../../definition/summary";
import { templateName } from "../../definition/templateGroups";
import { useSchemas } from "../../hooks/useSchemas";
import { useTemplates } from "../../hooks/useTemplates";
import { t } from "../../i18n";
import { paths } from "../../paths";

export function Property({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <Text as="dt" color="fg.muted" fontSize="sm" mt={{ base: 2, md: 0 }}>
        {label}
      </Text>
      <Box as="dd" minW={0} overflowWrap="anywhere">
        {children}
      </Box>
    </>
  );
}

function Job({ kind, item }: { kind: string; item: JsonObject }) {
  const templates = useTemplates();
  const root = useSchemas().data?.workflow;
  const template = templates.find((one) => one.kind === kind && one.id === item.template);
  const parameters = (item.parameters ?? template?.parameters ?? {}) as JsonObject;
  const nameTemplate = (of: string, id: number) => {
    const found = templates.find((one) => one.kind === of && one.id === id);
    return found ? templateName(found) : String(id);
  };
  return (
    <List.Item>
      {kindLabel(kind)}
      {typeof item.template === "number" && <> · <TextLink to={paths.template(kind, item.template)}>{`${item.template} ${template ? templateName(template) : ""}`}</TextLink></>}
      {item.parameters !== undefined && item.parameters !== null && ` · ${t("form.custom_parameters")}`}
      <Text fontSize="sm" color="fg.muted">
        {parametersSummary(parameters)}
      </Text>
      {root &&
        propertiesOf(item, itemSchema(kind, root), root, nameTemplate).map(({ label, text }) => (
          <Text key={label} fontSize="sm">
            <Text as="span" color="fg.muted">
              {label}
            </Text>{" "}
            {text}
          </Text>
        ))}
    </List.Item>
  );
}

function itemSchema(kind: string, root: Schema): Schema {
  const found = kindsOf(root).find((one) => one.kind === kind);
  return found?.isList ? resolved(found.schema.items ?? {}, root) : (found?.schema ?? {});
}

function Items({ steps }: { steps: Step[] }) {
  return <List.Root ps={4}>{steps.flatMap((step) => itemsOf(step).map((item, at) => <Job key={`${step.id}${at}`} kind={kindOf(step)} item={item} />))}</List.Root>;
}

// What a step waits for and reads, and its condition.
function Steps({ steps }: { steps: Step[] }) {
  return (
    <List.Root variant="plain" gap={2} role="list">
      {steps.map((step, at) => (
        <List.Item key={at} display="block">
          <Text>
            <Code>{step.id}</Code>
            {idsAfter(step).length > 0 && ` ${t("steps.after_named", { ids: idsAfter(step).join(", ") })}`}
            {inputOf(step) !== SOURCE && ` ${t("steps.reads_named", { id: inputOf(step) })}`}
          </Text>
          {textAt(step, "when") && (
            <Text fontSize="sm">
              {t("field.when")}: <Code size="sm">{textAt(step, "when")}</Code>
            </Text>
          )}
          <Items steps={[step]} />
        </List.Item>
      ))}
    </List.Root>
  );
}

function addressOf(target: JsonObject): string {
  const { url, queue_name, queue_url, topic_name, topic_arn } = target;
  return [url, queue_name, queue_url, topic_name, topic_arn].filter(Boolean).join(" ");
}

interface Props {
  definition: Definition;
  source?: ReactNode; // in the place of the trigger
  written?: JsonObject; // the same as the user writes it
}

export function DefinitionProperties({ definition, source, written = definition }: Props) {
  const { trigger, output, notification, priority, publish } = definition;
  const formats = (trigger.formats ?? []) as string[];
  const target = notification as JsonObject | null | undefined;
  const outputBucket = String(output.bucket ?? trigger.bucket);
  return (
    <Box>
      <Grid as="dl" templateColumns={{ base: "minmax(0, 1fr)", md: "9rem minmax(0, 1fr)" }} columnGap={4} rowGap={{ base: 0, md: 3 }}>
        {source ?? (
          <>
            <Property label={t("workflow.trigger")}>
              <Code dir="auto">{placeOf(trigger)}</Code>
            </Property>
            <Property label={t("field.formats")}>{formats.includes("*") ? t("workflow.any_format") : formats.join(" ")}</Property>
          </>
        )}
        <Property label={t("workflow.output")}>{output.directory ? <Code dir="auto">{`${outputBucket}/${String(output.directory)}`}</Code> : <><Code>{outputBucket}</Code> · {t("workflow.source_directory")}</>}</Property>
        <Property label={t(hasSteps(definition) ? "workflow.steps" : "workflow.jobs")}>{hasSteps(definition) ? <Steps steps={stepsIn(definition)} /> : <Items steps={fromJobs(definition.jobs)} />}</Property>
        {publish === "together" && <Property label={fieldLabel("publish")}>{choiceLabel("publish", publish)}</Property>}
        <Property label={t("workflow.notification")}>{target ? <>{choiceLabel("notification", String(target.type))} · <Code>{addressOf(target)}</Code></> : t("form.none")}</Property>
        <Property label={t("field.priority")}>{String(priority ?? 0)}</Property>
      </Grid>
      <Fold title={t("form.yaml")}>
        <Code display="block" whiteSpace="pre" overflowX="auto" fontSize="xs" p={2} tabIndex={0}>
          {dump(written, { noRefs: true, lineWidth: 100 })}
        </Code>
      </Fold>
    </Box>
  );
}
