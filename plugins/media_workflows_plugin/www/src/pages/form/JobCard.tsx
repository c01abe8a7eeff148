// One item of a job.
import type { JsonObject } from "../../api/types";
import { ObjectFields } from "../../components/fields/ObjectFields";
import { ParametersFields } from "../../components/fields/ParametersFields";
import { UnavailableNote } from "../../components/UnavailableNote";
import { useField, useForm } from "../../definition/FormContext";
import { kindLabel } from "../../definition/labels";
import { below } from "../../definition/path";
import { customProperty, type Schema } from "../../definition/schema";
import { t } from "../../i18n";
import { Card } from "./cards/Card";
import type { CardMoves } from "./cards/useCards";
import { LibraryNote } from "./LibraryNote";
import { PlaceButton } from "./overlays/PlaceButton";

interface Props extends CardMoves {
  kind: string;
  list: string; // the path of the kind's items
  index: number;
  count: number;
  schema: Schema;
}

export function JobCard({ kind, list, index, schema, ...card }: Props) {
  const { unavailable = [] } = useForm();
  const path = below(list, index);
  const item = useField(path).value as JsonObject;
  const name = t("form.numbered", { name: kindLabel(kind), number: index + 1 });
  return (
    <Card list={list} index={index} name={name} title={name} piece={{ kind, items: [item] }} {...card}>
      <UnavailableNote of={unavailable.filter((one) => one.field === path)} isField />
      <LibraryNote kind={kind} />
      {customProperty(schema) ? <ParametersFields path={path} schema={schema} kind={kind} /> : <ObjectFields path={path} schema={schema} />}
      <PlaceButton path={path} schema={schema} name={name} />
    </Card>
  );
}
