// The states of one upload: sending, then waiting for the decision about it.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import { ApiError } from "../../api/client";
import { isDropped, upload } from "../../api/upload";
import { listUploads, type UploadDecision } from "../../api/workflows";

type Phase = "sending" | "exists" | "deciding" | "decided" | "failed" | "cancelled";

const DECISION_POLL_MS = 1_500;
const CLOCK_SLACK_MS = 60_000; // between this computer and the server

export function useUpload(workflow: string, file: File) {
  const [phase, setPhase] = useState<Phase>("sending");
  const [sent_bytes, setSent] = useState(0);
  const [isInterrupted, setInterrupted] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [key, setKey] = useState("");
  const stop = useRef<AbortController>(new AbortController());
  const begun = useRef(Date.now());
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
        setKey(await upload(workflow, file, { overwrite, progress: setSent, interrupted: setInterrupted, signal }));
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

  const decision = useDecision(workflow, key, begun.current, phase === "deciding");
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

function useDecision(workflow: string, key: string, since: number, pending: boolean): UploadDecision | undefined {
  const page = useQuery({
    queryKey: ["uploads", "decision", workflow, key, since],
    queryFn: () => listUploads(workflow, 0, 5, key),
    enabled: key !== "",
    refetchInterval: pending ? DECISION_POLL_MS : false,
  });
  return page.data?.items.find((item) => item.decided_at && new Date(item.decided_at).getTime() >= since - CLOCK_SLACK_MS);
}
