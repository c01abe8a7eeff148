// The JSON Schemas of workflows and templates, from the models that validate them.
import { useQuery } from "@tanstack/react-query";

import { getSchemas } from "../api/definition";

export const useSchemas = () => useQuery({ queryKey: ["schema"], queryFn: getSchemas, staleTime: Infinity });
