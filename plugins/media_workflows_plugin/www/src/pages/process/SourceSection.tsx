// What to process: named objects, all below a prefix, or a file from an https URL.
import { Box, Flex, RadioGroup, SimpleGrid, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { listBuckets, listDirectories } from "../../api/definition";
import type { JsonObject } from "../../api/types";
import { fieldId } from "../../components/fields/FieldFrame";
import { ListField } from "../../components/fields/ListField";
import { TextField } from "../../components/fields/TextField";
import { Section } from "../../components/Section";
import { SuggestField } from "../../components/SuggestField";
import { useField, useForm } from "../../definition/FormContext";
import { SOURCE_KINDS, type SourceKind, sourceKindOf, withSourceKind } from "../../definition/request";
import { sourcePlace } from "../../definition/sourcePlace";
import { useDebounced } from "../../hooks/useDebounced";
import { type Key, t } from "../../i18n";
import { problemText } from "../../i18n/errors";
import { KeysField } from "./KeysField";

const FRESH_MS = 60_000;
const LABELS: Record<SourceKind, Key> = { keys: "process.by_keys", prefix: "process.by_prefix", url: "process.by_url" };

function BucketField() {
  const buckets = useQuery({ queryKey: ["buckets"], queryFn: listBuckets, staleTime: FRESH_MS }).data ?? [];
  return <SuggestField path="bucket" label={t("form.bucket")} suggestions={buckets.map(({ name }) => name)} required />;
}

function PrefixField() {
  const place = sourcePlace(useForm().value);
  const bucket = useDebounced(place.bucket);
  const above = useDebounced(place.directory.slice(0, place.directory.lastIndexOf("/") + 1));
  const directories = useQuery({ queryKey: ["directories", bucket, above], queryFn: () => listDirectories(bucket, above), enabled: bucket.length > 2, staleTime: FRESH_MS }).data ?? [];
  return <SuggestField path="prefix" label={t("field.prefix")} hint={t("process.prefix_hint")} suggestions={directories} required />;
}

function Fields({ kind }: { kind: SourceKind }) {
  if (kind === "url") return <TextField path="url" name="source_url" schema={{ type: "string" }} required />;
  return (
    <SimpleGrid columns={{ base: 1, md: 2 }} gap={4}>
      <BucketField />
      {kind === "prefix" && <PrefixField />}
      {kind === "prefix" && <ListField path="formats" name="only_formats" schema={{}} />}
      {kind === "keys" && <KeysField />}
    </SimpleGrid>
  );
}

export function SourceSection() {
  const { value, set } = useForm();
  const { problem } = useField("source");
  const kind = sourceKindOf(value as JsonObject);
  return (
    <Section title={t("process.source")}>
      <Box id={fieldId("source")} tabIndex={-1}>
        {problem && (
          <Text color="red.fg" fontSize="sm" role="alert" mb={2}>
            {problemText(problem)}
          </Text>
        )}
      </Box>
      <RadioGroup.Root size="sm" value={kind} onValueChange={(now) => now.value && set("", withSourceKind(value as JsonObject, now.value as SourceKind))} mb={3} aria-label={t("process.source")}>
        <Flex gap={5} rowGap={2} wrap="wrap">
          {SOURCE_KINDS.map((name) => (
            <RadioGroup.Item key={name} value={name}>
              <RadioGroup.ItemHiddenInput />
              <RadioGroup.ItemIndicator />
              <RadioGroup.ItemText>{t(LABELS[name])}</RadioGroup.ItemText>
            </RadioGroup.Item>
          ))}
        </Flex>
      </RadioGroup.Root>
      <Fields kind={kind} />
    </Section>
  );
}
