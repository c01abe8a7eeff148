// The uploads of this browser page into a workflow, newest first, and the decision about one that was sent.
import { useSyncExternalStore } from "react";

import { decisionAbout } from "../api/upload";
import { allUploads, type UploadState, watchUploads } from "../api/uploads";
import type { UploadDecision } from "../api/workflows";
import { usePolledEvery } from "./usePolled";

const DECISION_POLL_MS = 1_500;

export const useUploads = (workflow: string) => useSyncExternalStore(watchUploads, allUploads).filter((one) => one.workflow === workflow);

const isJoining = ({ join_state }: UploadDecision) => join_state === "queued" || join_state === "running";

interface Decided {
  decision: UploadDecision | undefined;
  error: Error | null; // of the question for it
}

export function useDecision({ workflow, sent }: UploadState): Decided {
  const { data, error } = usePolledEvery({
    queryKey: ["uploads", "decision", workflow, sent],
    read: sent ? () => decisionAbout(workflow, sent) : undefined,
    every_ms: (found) => (!found || isJoining(found) ? DECISION_POLL_MS : false),
  });
  return { decision: data ?? undefined, error };
}
