// The tab on the page of a DAG run in Airflow.
import { Frame } from "../../components/Frame";

export function RunTab({ dagId = "", runId = "" }: { dagId?: string; runId?: string }) {
  return <Frame>{`${dagId} ${runId}`}</Frame>;
}
