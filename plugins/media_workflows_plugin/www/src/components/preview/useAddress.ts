// The URL of a file: that of the storage, or of the api-server when the browser cannot reach the storage. A file that
// neither can show, as a damaged one, has `failed`.
import { useState } from "react";

import { apiUrl } from "../../api/client";
import type { RunFile } from "../../api/runs";

// Paths of the API come with their own query.
export const throughApi = (path: string) => new URL(path, apiUrl("")).href;

export function useAddress(file: RunFile) {
  const [errors, setErrors] = useState(0);
  const [signed] = useState(file.url); // a newer link to the same file would restart playback
  const address = { src: errors === 0 ? signed : throughApi(file.path), onError: () => setErrors((count) => count + 1) };
  return { address, failed: errors > 1 };
}
