// How all outputs are stored: headers, storage class, access, tags. Jobs may differ.
import { Box } from "@chakra-ui/react";

import { SchemaField } from "../../components/fields/SchemaField";
import { useForm } from "../../definition/FormContext";
import { resolved } from "../../definition/schema";

export function OutputObjects() {
  const { root } = useForm();
  const { objects } = resolved(root.properties?.output ?? {}, root).properties ?? {};
  if (!objects) return null;
  return (
    <Box mt={4}>
      <SchemaField path="output.objects" name="objects" schema={resolved(objects, root)} />
    </Box>
  );
}
