// Which objects a backfill selects.
import { SimpleGrid } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { listDirectories } from "../../api/definition";
import type { Workflow } from "../../api/types";
import { ChoiceField } from "../../components/fields/ChoiceField";
import { ListField } from "../../components/fields/ListField";
import { ProblemOf } from "../../components/fields/ProblemOf";
import { SizeField } from "../../components/fields/SizeField";
import { TimeField } from "../../components/fields/TimeField";
import { SuggestField } from "../../components/SuggestField";
import { useField } from "../../definition/FormContext";
import { useDebounced } from "../../hooks/useDebounced";
import { t } from "../../i18n";

const SELECT = { enum: ["all", "never_processed", "older_revision"], default: "all" };
const FRESH_MS = 60_000;

function PrefixField({ workflow }: { workflow: Workflow }) {
  const { bucket, directory } = workflow.definition.trigger;
  const below = typeof directory === "string" ? directory : "";
  const typed = String(useField("filters.prefix").value ?? below);
  const prefix = useDebounced(typed.slice(0, typed.lastIndexOf("/") + 1));
  const directories = useQuery({ queryKey: ["directories", bucket, prefix], queryFn: () => listDirectories(bucket, prefix), staleTime: FRESH_MS }).data ?? [];
  return <SuggestField path="filters.prefix" label={t("field.prefix")} hint={t("hint.prefix")} suggestions={directories} placeholder={below} />;
}

export function FilterFields({ workflow }: { workflow: Workflow }) {
  return (
    <>
      <ProblemOf path="filters" />
      <PrefixField workflow={workflow} />
      <SimpleGrid columns={{ base: 1, md: 2 }} gap={4}>
        <ChoiceField path="filters.select" name="select" schema={SELECT} />
        <ListField path="filters.formats" name="only_formats" schema={{}} />
        <TimeField path="filters.modified_after" name="modified_after" schema={{}} />
        <TimeField path="filters.modified_before" name="modified_before" schema={{}} />
        <SizeField path="filters.min_bytes" name="min_bytes" schema={{}} />
        <SizeField path="filters.max_bytes" name="max_bytes" schema={{}} />
      </SimpleGrid>
    </>
  );
}
