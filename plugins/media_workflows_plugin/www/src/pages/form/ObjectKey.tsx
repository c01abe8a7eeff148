// The key of an object in the trigger bucket, suggested from those that can be listed.
import { Input } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";

import { listObjects } from "../../api/definition";
import { useForm } from "../../definition/FormContext";
import { valueAt } from "../../definition/path";
import { useDebounced } from "../../hooks/useDebounced";

export function ObjectKey({ value, change }: { value: string; change: (key: string) => void }) {
  const form = useForm();
  const list = useId();
  const bucket = useDebounced(String(valueAt(form.value, "trigger.bucket") ?? ""));
  const directory = useDebounced(String(valueAt(form.value, "trigger.directory") ?? ""));
  const objects = useQuery({ queryKey: ["objects", bucket, directory], queryFn: () => listObjects(bucket, directory), enabled: bucket.length > 2 }).data?.items ?? [];
  return (
    <>
      <Input size="sm" list={list} value={value} onChange={(event) => change(event.target.value)} placeholder={`${directory}clip.mp4`} />
      <datalist id={list}>
        {objects.map((object) => (
          <option key={object.key} value={object.key} />
        ))}
      </datalist>
    </>
  );
}
