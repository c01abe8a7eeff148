// The page of a step's task in Airflow. The steps of ad-hoc processing are one task.
import type { RunReport } from "../../api/runs";
import { PROCESS_TASK } from "../../definition/ours";
import { paths } from "../../paths";

export const taskPath = ({ workflow_id, run_id, request_id }: Pick<RunReport, "workflow_id" | "run_id" | "request_id">, step: string) => paths.airflowTask(workflow_id, run_id, request_id ? PROCESS_TASK : step);
