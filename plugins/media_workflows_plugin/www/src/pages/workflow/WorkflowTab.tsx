// The tab on the page of a DAG in Airflow: what its workflow does, and the way to its page. Airflow shows it for every DAG.
import { Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { getWorkflow } from "../../api/workflows";
import { Frame } from "../../components/Frame";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { isOurs, PROCESS_DAG } from "../../definition/ours";
import { t } from "../../i18n";
import { paths } from "../../paths";
import { DefinitionProperties } from "./DefinitionProperties";

function Content({ id }: { id: string }) {
  const workflow = useQuery({ queryKey: ["workflows", "one", id], queryFn: () => getWorkflow(id) });
  return (
    <Loaded of={workflow}>
      {({ definition }) => (
        <>
          <PageHead title={definition.name}>
            <LinkButton size="sm" variant="outline" to={paths.workflow(id)}>
              {t("workflow.whole_page")}
            </LinkButton>
          </PageHead>
          <DefinitionProperties definition={definition} />
        </>
      )}
    </Loaded>
  );
}

function ProcessContent() {
  return (
    <PageHead title={t("process.title")} hint={t("process.hint")}>
      <LinkButton size="sm" variant="outline" to={paths.processes}>
        {t("workflow.whole_page")}
      </LinkButton>
    </PageHead>
  );
}

export function WorkflowTab({ dagId }: { dagId: string }) {
  if (dagId === PROCESS_DAG)
    return <Frame>{() => <ProcessContent />}</Frame>;
  return <Frame>{() => (isOurs(dagId) ? <Content key={dagId} id={dagId} /> : <Text p={4}>{t("workflow.not_ours")}</Text>)}</Frame>;
}
