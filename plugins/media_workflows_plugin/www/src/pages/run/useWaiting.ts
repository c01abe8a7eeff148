// The questions of a run that wait for a person.
import { type Approval, listApprovals } from "../../api/approvals";
import { type RunReport, UNFINISHED } from "../../api/runs";
import { usePolledEvery } from "../../hooks/usePolled";

const POLL_MS = 5_000;

export function useWaiting(workflow: string, run: string, report: RunReport | undefined): { waiting: Approval[]; error: Error | null } {
  const mayWait = report !== undefined && UNFINISHED.has(report.state);
  // A change of the tasks' states reads the questions at once.
  const states = report?.actions.map((action) => action.state).join() ?? "";
  const { data, error } = usePolledEvery({
    queryKey: ["approvals", workflow, run, states],
    read: mayWait ? () => listApprovals({ workflow, run }) : undefined,
    every_ms: () => POLL_MS,
    keepsFormer: true,
  });
  return mayWait ? { waiting: data?.items ?? [], error } : { waiting: [], error: null };
}
