// The last import of this browser: it goes on at the server, and its outcomes stay there for a day.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { queries } from "../../api/queries";
import { importState, importYaml, newImportId } from "../../api/yaml";

const POLL_MS = 1_000;
const KEPT_AS = "media-workflows-import";

export function useImport() {
  const [id, setId] = useState(localStorage.getItem(KEPT_AS) ?? "");
  const send = useMutation({
    mutationFn: async (yaml: string) => {
      const next = newImportId();
      localStorage.setItem(KEPT_AS, next);
      setId(next);
      return importYaml(yaml, next);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["import"] }), // it may have ended before the first look found it
  });
  const found = useQuery({
    queryKey: ["import", id],
    queryFn: () => importState(id),
    enabled: id !== "",
    retry: false, // before it has begun there is none
    refetchInterval: ({ state: { data } }) => (data?.state === "running" || (send.isPending && data?.state !== "ended") ? POLL_MS : false),
  });
  const state = found.data;
  const done = state?.done ?? 0;
  useEffect(() => {
    if (done > 0) void queries.invalidateQueries({ queryKey: ["workflows"] });
  }, [done]);
  return { state, error: send.error, isBusy: send.isPending || state?.state === "running", send: send.mutate };
}
