// The states of one upload: sending, then waiting for the decision about it.
import { skipToken, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import { ApiError } from "../../api/client";
import { decisionAbout, isDropped, type Sent, upload } from "../../api/upload";
import type { UploadDecision } from "../../api/workflows";

type Phase = "sending" | "exists" | "deciding" | "decided" | "failed" | "cancelled";

const DECISION_POLL_MS = 1_500;

export function useUpload(workflow: string, file: File) {
  const [phase, setPhase] = useState<Phase>("sending");
  const [sent_bytes, setSentBytes] = useState(0);
  const [isInterrupted, setInterrupted] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [sent, setSent] = useState<Sent | null>(null);
  const stop = useRef<AbortController>(new AbortController());
  const overwrites = useRef(false);

  const start = useCallback(
    async (overwrite: boolean) => {
      stop.current = new AbortController();
      const { signal } = stop.current;
      overwrites.current = overwrite;
      setPhase("sending");
      setInterrupted(false);
      setError(null);
      try {
        setSent(await upload(workflow, file, { overwrite, progress: setSentBytes, interrupted: setInterrupted, signal }));
        setPhase("deciding");
      } catch (thrown) {
        if (signal.aborted) return setPhase("cancelled");
        if (thrown instanceof ApiError && thrown.status === 409 && !overwrite) return setPhase("exists");
        setError(thrown as Error);
        setPhase("failed");
      }
    },
    [workflow, file],
  );
  const begunOnce = useRef(false);
  useEffect(() => {
    if (begunOnce.current) return;
    begunOnce.current = true;
    void start(false);
  }, [start]);

  const decision = useDecision(workflow, sent, phase === "deciding");
  useEffect(() => {
    if (decision) setPhase("decided");
  }, [decision]);
  const cancel = () => {
    stop.current.abort();
    setPhase((now) => (now === "exists" ? "cancelled" : now));
  };
  const again = phase === "failed" && isDropped(error) ? () => start(overwrites.current) : null;
  return { phase, sent_bytes, isInterrupted, error, decision, overwrite: () => start(true), again, cancel };
}

function useDecision(workflow: string, sent: Sent | null, pending: boolean): UploadDecision | undefined {
  const found = useQuery({
    queryKey: ["uploads", "decision", workflow, sent],
    queryFn: sent ? () => decisionAbout(workflow, sent) : skipToken,
    refetchInterval: pending ? DECISION_POLL_MS : false,
  });
  return found.data ?? undefined;
}
