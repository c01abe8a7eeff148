// The DAGs of workflows, by their ids: Airflow has others, too.
export const isOurs = (dagId: string) => dagId.startsWith("wf_");
