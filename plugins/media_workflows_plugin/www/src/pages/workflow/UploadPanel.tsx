// A drop zone: files are uploaded into the trigger directory, and their runs are shown.
import { Alert, Box, Button, List, Text } from "@chakra-ui/react";
import { type DragEvent, useRef, useState } from "react";

import type { Workflow } from "../../api/types";
import { takeFiles } from "../../components/fields/takeFiles";
import { placeOf } from "../../components/WorkflowActions";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";
import { UploadRow } from "./UploadRow";

interface Chosen {
  number: number;
  file: File;
}

export function UploadPanel({ workflow }: { workflow: Workflow }) {
  const [chosen, setChosen] = useState<Chosen[]>([]);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { can_run } = useMe(workflow.id);
  const { trigger } = workflow.definition;
  const formats = (trigger.formats ?? []) as string[];
  const add = (files: File[]) => setChosen((old) => [...files.map((file, at) => ({ number: old.length + at, file })), ...old]);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    add([...event.dataTransfer.files]);
  };
  if (!can_run) return <Text color="fg.muted">{t("action.forbidden")}</Text>;
  return (
    <Box>
      {!workflow.enabled && (
        <Alert.Root status="warning" variant="surface" mb={3} size="sm">
          <Alert.Indicator />
          <Alert.Title>{t("upload.disabled")}</Alert.Title>
        </Alert.Root>
      )}
      <Box
        borderWidth={2}
        borderStyle="dashed"
        borderColor={over ? "brand.solid" : "border.emphasized"}
        borderRadius="md"
        p={5}
        textAlign="center"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        data-testid="drop"
      >
        <Text mb={2}>{t("upload.drop", { place: placeOf(trigger) })}</Text>
        <Button size="sm" variant="outline" onClick={() => input.current?.click()}>
          {t("upload.choose")}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={t("upload.choose")}
          accept={formats.includes("*") ? undefined : formats.join(",")}
          onChange={({ target }) => add(takeFiles(target))}
        />
      </Box>
      <List.Root variant="plain" gap={2} mt={3}>
        {chosen.map(({ number, file }) => (
          <UploadRow key={number} workflow={workflow.id} file={file} />
        ))}
      </List.Root>
    </Box>
  );
}
