// One field, rendered by its schema: a new field or job kind of the model appears automatically.
import { ChoiceField } from "./ChoiceField";
import { FlagField } from "./FlagField";
import { ImageField } from "./ImageField";
import { JsonField } from "./JsonField";
import { ListField } from "./ListField";
import { NestedField } from "./NestedField";
import { NumberField } from "./NumberField";
import { ObjectsField } from "./ObjectsField";
import { TextField } from "./TextField";
import type { FieldProps } from "./types";
import { VariantsField } from "./VariantsField";
import { useForm } from "../../definition/FormContext";
import { shapeOf } from "../../definition/schema";

export function SchemaField(props: FieldProps) {
  const { root } = useForm();
  if (props.name === "content" && props.schema.type === "string") return <ImageField {...props} />;
  switch (shapeOf(props.schema, root)) {
    case "choice":
      return <ChoiceField {...props} />;
    case "flag":
      return <FlagField {...props} />;
    case "number":
      return <NumberField {...props} />;
    case "text":
      return <TextField {...props} />;
    case "longtext":
      return <TextField {...props} long />;
    case "list":
      return <ListField {...props} />;
    case "objects":
      return <ObjectsField {...props} />;
    case "object":
      return <NestedField {...props} />;
    case "variants":
      return <VariantsField {...props} />;
    default:
      return <JsonField {...props} />;
  }
}
