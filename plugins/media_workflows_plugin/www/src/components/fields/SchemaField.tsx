// One field, rendered by its schema: a new field or job kind of the model appears automatically.
import { ChoiceField } from "./ChoiceField";
import { ColorField } from "./ColorField";
import { FlagField } from "./FlagField";
import { ImageField } from "./ImageField";
import { JsonField } from "./JsonField";
import { LinesField } from "./LinesField";
import { ListField } from "./ListField";
import { NestedField } from "./NestedField";
import { NumberField } from "./NumberField";
import { ObjectsField } from "./ObjectsField";
import { PairsField } from "./PairsField";
import { TextField } from "./TextField";
import type { FieldProps } from "./types";
import { VariantsField } from "./VariantsField";
import { useForm } from "../../definition/FormContext";
import { isTypedInLines, shapeOf } from "../../definition/schema";

const COLORS = new Set(["font_color", "box_color"]);

export function SchemaField(props: FieldProps) {
  const { root } = useForm();
  if (props.name === "content" && props.schema.type === "string") return <ImageField {...props} />;
  if (COLORS.has(props.name)) return <ColorField {...props} />;
  switch (shapeOf(props.schema, root)) {
    case "choice":
      return <ChoiceField {...props} />;
    case "flag":
      // One that may be empty, too, has three states.
      return props.schema.nullable ? <ChoiceField {...props} schema={{ ...props.schema, enum: [true, false] }} /> : <FlagField {...props} />;
    case "number":
      return <NumberField {...props} />;
    case "text":
      return <TextField {...props} />;
    case "longtext":
      return <TextField {...props} long />;
    case "list":
      return isTypedInLines(props.name) ? <LinesField {...props} /> : <ListField {...props} />;
    case "pairs":
      return <PairsField {...props} />;
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
