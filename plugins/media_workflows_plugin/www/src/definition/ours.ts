// The DAGs of workflows, by their ids: Airflow has others, too. That of ad-hoc processing runs all requests.
export const isOurs = (dagId: string) => dagId.startsWith("wf_");
export const BUDGET_STEP = "budget-check"; // asks whether a run over its workflow's budget goes on
export const PROCESS_DAG = "media_process";
export const SIDECARS_DAG = "media_sidecars"; // joins late add-ons into published ladders
export const SIDECARS_TASK = "join";
export const PROCESS_TASK = "process"; // does all steps of a request's run
