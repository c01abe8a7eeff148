// The tab on the page of a DAG run in Airflow. Airflow shows it for every DAG, ours or not.
import { Text } from "@chakra-ui/react";

import { Frame } from "../../components/Frame";
import { isOurs, PROCESS_DAG } from "../../definition/ours";
import { t } from "../../i18n";
import { RunView } from "./RunView";

export function RunTab({ dagId = "", runId = "" }: { dagId?: string; runId?: string }) {
  return <Frame>{() => (isOurs(dagId) || dagId === PROCESS_DAG ? <RunView key={runId} workflow={dagId} run={runId} inAirflow /> : <Text p={4}>{t("run.not_ours")}</Text>)}</Frame>;
}
