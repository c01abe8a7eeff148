// The questions of a run that wait for a person.
import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";

import { type Approval, listApprovals } from "../../api/approvals";
import { type RunReport, UNFINISHED } from "../../api/runs";

const POLL_MS = 5_000;

export function useWaiting(workflow: string, run: string, report: RunReport | undefined): Approval[] {
  const mayWait = report !== undefined && UNFINISHED.has(report.state);
  // A change of the tasks' states reads the questions at once.
  const states = report?.actions.map((action) => action.state).join() ?? "";
  const found = useQuery({
    queryKey: ["approvals", workflow, run, states],
    queryFn: mayWait ? () => listApprovals({ workflow, run }) : skipToken,
    placeholderData: keepPreviousData,
    refetchInterval: mayWait ? POLL_MS : false,
  });
  return mayWait ? (found.data?.items ?? []) : [];
}
