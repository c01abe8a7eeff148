// The JSON Schema of workflows and templates, from the same models that check them.
import { useQuery } from "@tanstack/react-query";

import { getSchemas } from "../api/definition";

export const useSchemas = () => useQuery({ queryKey: ["schema"], queryFn: getSchemas, staleTime: Infinity });
