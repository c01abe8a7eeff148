import type { Schema } from "../../definition/schema";

// What every field of a schema-driven form is given. `schema` is resolved.
export interface FieldProps {
  path: string;
  name: string;
  schema: Schema & { nullable?: boolean };
  required?: boolean;
}
