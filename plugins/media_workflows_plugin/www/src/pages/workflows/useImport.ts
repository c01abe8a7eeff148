// The last import of this browser: it is done at the server, and its outcomes stay there for a day.
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { queries } from "../../api/queries";
import { importState, importYaml } from "../../api/yaml";
import { usePolledEvery } from "../../hooks/usePolled";

const POLL_MS = 1_000;
const KEPT_AS = "media-workflows-import";

export function useImport() {
  const [id, setId] = useState(localStorage.getItem(KEPT_AS) ?? "");
  const send = useMutation({
    mutationFn: importYaml,
    onSuccess: (state) => {
      localStorage.setItem(KEPT_AS, state.id);
      queries.setQueryData(["import", state.id], state);
      setId(state.id);
    },
  });
  const found = usePolledEvery({
    queryKey: ["import", id],
    read: id ? () => importState(id) : undefined, // after a day there is none
    // Also after an error: the server may be restarting, and continues the import when it is asked again.
    every_ms: (data) => (data?.state === "running" ? POLL_MS : false),
  });
  const state = found.data;
  const done = state?.done ?? 0;
  useEffect(() => {
    if (done > 0) void queries.invalidateQueries({ queryKey: ["workflows"] });
  }, [done]);
  const isWaiting = state?.state === "running" && found.isError;
  return { state, isWaiting, error: send.error, isBusy: send.isPending || state?.state === "running", send: send.mutate };
}
