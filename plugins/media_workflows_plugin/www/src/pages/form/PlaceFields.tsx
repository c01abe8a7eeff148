// A bucket and a directory in it, suggested from those that can be listed, or typed.
import { SimpleGrid } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { listBuckets, listDirectories } from "../../api/definition";
import { ProblemOf } from "../../components/fields/ProblemOf";
import { TextField } from "../../components/fields/TextField";
import { SuggestField } from "../../components/SuggestField";
import { useForm } from "../../definition/FormContext";
import { valueAt } from "../../definition/path";
import { sourcePlace } from "../../definition/sourcePlace";
import { useDebounced } from "../../hooks/useDebounced";
import { t } from "../../i18n";

interface Props {
  path: "trigger" | "output";
  bucketHint: string;
  directoryHint: string;
  required?: boolean;
}

const FRESH_MS = 60_000;

export function PlaceFields({ path, bucketHint, directoryHint, required }: Props) {
  const { value } = useForm();
  const sourceBucket = sourcePlace(value).bucket;
  const bucket = String(valueAt(value, `${path}.bucket`) ?? (path === "output" ? sourceBucket : ""));
  const typed = String(valueAt(value, `${path}.directory`) ?? "");
  const prefix = useDebounced(typed.slice(0, typed.lastIndexOf("/") + 1));
  const buckets = useQuery({ queryKey: ["buckets"], queryFn: listBuckets, staleTime: FRESH_MS }).data ?? [];
  const isKnown = buckets.some((one) => one.name === bucket);
  const directories = useQuery({ queryKey: ["directories", bucket, prefix], queryFn: () => listDirectories(bucket, prefix), enabled: isKnown, staleTime: FRESH_MS }).data ?? [];
  const region = buckets.find((one) => one.name === bucket)?.region;
  return (
    <>
      <ProblemOf path={path} />
      <SimpleGrid columns={{ base: 1, md: 2 }} gap={4}>
        <SuggestField path={`${path}.bucket`} label={t("form.bucket")} hint={[bucketHint, region].filter(Boolean).join(" · ")} suggestions={buckets.map((one) => one.name)} required={required} placeholder={path === "output" ? sourceBucket : undefined} />
        <SuggestField path={`${path}.directory`} label={t("form.directory")} hint={directoryHint} suggestions={directories} />
        {valueAt(value, `${path}.region`) != null && <TextField path={`${path}.region`} name="region" schema={{ type: "string" }} />}
      </SimpleGrid>
    </>
  );
}
