// The failure that all failed items of a run have in common, as those of a damaged file: it is shown once.
import type { RunReport } from "../../api/runs";

type Failure = Pick<RunReport["jobs"][number]["items"][number], "code" | "message">;

export function sharedFailure(run: Pick<RunReport, "jobs">): Failure | undefined {
  const failed = run.jobs.flatMap((job) => job.items).filter((item) => item.status === "FAIL");
  const [first, ...others] = failed;
  const isShared = others.length > 0 && others.every((item) => item.code === first?.code && item.message === first?.message);
  return isShared ? first : undefined;
}
