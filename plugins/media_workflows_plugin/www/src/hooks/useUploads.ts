// The uploads of this browser page into a workflow, newest first, and the decision about one that was sent.
import { skipToken, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

import { decisionAbout } from "../api/upload";
import { allUploads, type UploadState, watchUploads } from "../api/uploads";
import type { UploadDecision } from "../api/workflows";

const DECISION_POLL_MS = 1_500;

export const useUploads = (workflow: string) => useSyncExternalStore(watchUploads, allUploads).filter((one) => one.workflow === workflow);

const isJoining = ({ join_state }: UploadDecision) => join_state === "queued" || join_state === "running";

export function useDecision({ workflow, sent }: UploadState): UploadDecision | undefined {
  const found = useQuery({
    queryKey: ["uploads", "decision", workflow, sent],
    queryFn: sent ? () => decisionAbout(workflow, sent) : skipToken,
    refetchInterval: ({ state }) => (sent && (!state.data || isJoining(state.data)) ? DECISION_POLL_MS : false),
  });
  return found.data ?? undefined;
}
