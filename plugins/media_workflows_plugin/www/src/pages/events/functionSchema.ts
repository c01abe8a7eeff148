// The fields of a function callback (media_workflows.domain.notification.FunctionCallback).
import type { Schema } from "../../definition/schema";

const FORMATS = ["cloud_event", "workflow_task", "vendor"];
const MODES = ["finish", "change"];
const text = (description = ""): Schema => ({ type: "string", description });
const shared = (format: string): Record<string, Schema> => ({
  mode: { type: "string", enum: MODES, default: "finish" },
  format: { type: "string", enum: FORMATS, default: format },
  storage_form: { type: "string", enum: ["s3", "cos"], default: "s3" },
  connection: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
});

export const FUNCTION_SCHEMA: Schema = {
  type: "object",
  properties: { target: { oneOf: [{ $ref: "#/$defs/Lambda" }, { $ref: "#/$defs/Http" }], discriminator: { propertyName: "type", mapping: { http: "#/$defs/Http", lambda: "#/$defs/Lambda" } } } },
  $defs: {
    Lambda: { type: "object", required: ["function_name"], properties: { type: { const: "lambda" }, function_name: text(), region: { anyOf: [{ type: "string" }, { type: "null" }] }, ...shared("workflow_task") } },
    Http: { type: "object", required: ["url"], properties: { type: { const: "http" }, url: text(), ...shared("cloud_event") } },
  },
};
