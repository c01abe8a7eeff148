// A workflow's definition, its counters of the last day, its budget and what waits for a person, and a file upload.
import { Box, Grid } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { graphOf } from "../../api/definition";
import type { Workflow } from "../../api/types";
import { WaitingApprovals } from "../../components/approvals/WaitingApprovals";
import { JobGraph } from "../../components/JobGraph";
import { Loaded } from "../../components/Loaded";
import { Section } from "../../components/Section";
import { t } from "../../i18n";
import { BudgetSection } from "./BudgetSection";
import { CounterCards } from "./CounterCards";
import { DefinitionProperties } from "./DefinitionProperties";
import { UploadPanel } from "./UploadPanel";

export function Overview({ workflow }: { workflow: Workflow }) {
  const graph = useQuery({ queryKey: ["graph", workflow.id, workflow.revision], queryFn: () => graphOf(workflow.definition), staleTime: Infinity });
  return (
    <>
      <WaitingApprovals workflow={workflow.id} />
      <Grid templateColumns={{ base: "minmax(0, 1fr)", xl: "minmax(0, 1fr) 28rem" }} gap={5} alignItems="start">
        <Box>
          <CounterCards workflow={workflow.id} />
          {workflow.definition.budget && <BudgetSection workflow={workflow.id} />}
          <Section title={t("workflow.definition")}>
            <DefinitionProperties definition={workflow.definition} />
          </Section>
        </Box>
        <Box>
          <Section title={t("upload.title")} hint={t("upload.hint")}>
            <UploadPanel workflow={workflow} />
          </Section>
          <Section title={t("graph.title")}>
            <Loaded of={graph}>{(data) => <JobGraph graph={data} />}</Loaded>
          </Section>
        </Box>
      </Grid>
    </>
  );
}
