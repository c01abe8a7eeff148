// The items of a job, a card for each, in the order of the definition.
import { VisuallyHidden } from "@chakra-ui/react";
import { useState } from "react";

import type { Json } from "../../../api/types";
import { fieldId } from "../../../components/fields/FieldFrame";
import { ProblemOf } from "../../../components/fields/ProblemOf";
import { useField } from "../../../definition/FormContext";
import { kindLabel } from "../../../definition/labels";
import { moved } from "../../../definition/lists";
import { below } from "../../../definition/path";
import type { Schema } from "../../../definition/schema";
import { t } from "../../../i18n";
import { JobCard } from "../JobCard";
import { type MoveControl, moveId, useCards } from "./useCards";

interface Props {
  kind: string;
  list: string; // the path of the kind's items
  schema: Schema; // of an item
  mayBeEmpty?: boolean;
}

export function ItemCards({ kind, list, schema, mayBeEmpty = true }: Props) {
  const { value, set } = useField(list);
  const items = (value ?? []) as Json[];
  const cards = useCards(items.length);
  const [said, say] = useState("");
  const actions = (index: number) => ({
    move: (to: number, control: MoveControl) => {
      cards.moved(index, to);
      cards.focus(moveId(below(list, to), control), moveId(below(list, to), "grip"));
      set(moved(items, index, to));
      say(t("cards.moved", { name: kindLabel(kind), number: to + 1, count: items.length }));
    },
    duplicate: () => {
      cards.focus(fieldId(below(list, items.length)));
      set([...items, structuredClone(items[index]!)]);
    },
    remove:
      mayBeEmpty || items.length > 1
        ? () => {
            cards.removed(index);
            set(items.length > 1 ? items.filter((_, other) => other !== index) : undefined);
          }
        : undefined,
  });
  return (
    <>
      <ProblemOf path={list} />
      {items.map((_, index) => (
        <JobCard key={cards.keyAt(index)} kind={kind} list={list} index={index} count={items.length} schema={schema} {...actions(index)} />
      ))}
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}
