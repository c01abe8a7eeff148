// The URL of a file: that of the storage, or of the api-server when the browser cannot reach the storage.
import { useState } from "react";

import { apiUrl } from "../../api/client";
import type { RunFile } from "../../api/runs";

// Paths of the API come with their own query.
export const throughApi = (path: string) => new URL(path, apiUrl("")).href;

export function useAddress(file: RunFile) {
  const [direct, setDirect] = useState(true);
  return { src: direct ? file.url : throughApi(file.path), onError: () => setDirect(false) };
}
