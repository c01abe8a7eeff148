// The key of an object among the sources, suggested from those that can be listed.
import { Input } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";

import { listObjects } from "../../api/definition";
import { useForm } from "../../definition/FormContext";
import { sourcePlace } from "../../definition/sourcePlace";
import { useDebounced } from "../../hooks/useDebounced";

export function ObjectKey({ value, change }: { value: string; change: (key: string) => void }) {
  const form = useForm();
  const list = useId();
  const place = sourcePlace(form.value);
  const bucket = useDebounced(place.bucket);
  const directory = useDebounced(place.directory);
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
