// The failure that all failed items of a run have in common, as those of a damaged file: it is shown once.
import type { RunReport } from "../../api/runs";
import { isOfSource } from "../../components/runs/cause";

const failedItems = ({ jobs }: Pick<RunReport, "jobs">) => jobs.flatMap((job) => job.items).filter((item) => item.status === "FAIL");

type Failure = Pick<RunReport["jobs"][number]["items"][number], "code" | "message">;

// Whether a retry fails again: the run, or all that failed of it, did so because of the source file. An error of the run
// decides alone: what comes before its jobs, such as a budget, may have another answer at the next try.
export function isSourceBad(run: Pick<RunReport, "jobs" | "error">): boolean {
  if (run.error) return isOfSource(run.error.code);
  const failed = failedItems(run);
  return failed.length > 0 && failed.every(({ code }) => isOfSource(code));
}

export function sharedFailure(run: Pick<RunReport, "jobs">): Failure | undefined {
  const failed = failedItems(run);
  const [first, ...others] = failed;
  const isShared = others.length > 0 && others.every((item) => item.code === first?.code && item.message === first?.message);
  return isShared ? first : undefined;
}
