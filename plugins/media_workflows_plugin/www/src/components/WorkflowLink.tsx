// The workflow of a run or an event; of ad-hoc processing, its request or the list of requests.
import { PROCESS_DAG } from "../definition/ours";
import { t } from "../i18n";
import { paths } from "../paths";
import { TextLink } from "./TextLink";

interface Props {
  of: { workflow_id: string; workflow_name?: string | null };
  request?: string | null;
}

export function WorkflowLink({ of: { workflow_id, workflow_name }, request }: Props) {
  if (workflow_id !== PROCESS_DAG) return <TextLink to={paths.workflow(workflow_id)}>{workflow_name ?? workflow_id}</TextLink>;
  return <TextLink to={request ? paths.process(request) : paths.processes} title={request ?? undefined}>{t("process.title")}</TextLink>;
}
