// A drop zone: files are uploaded into the trigger directory, and their runs are shown.
import { Box, Button, List, Text } from "@chakra-ui/react";
import { type DragEvent, useRef, useState } from "react";

import type { Workflow } from "../../api/types";
import { addUploads, isEnded, removeEnded } from "../../api/uploads";
import { DisabledNote } from "../../components/DisabledNote";
import { takeFiles } from "../../components/fields/takeFiles";
import { placeOf } from "../../components/WorkflowActions";
import { useMe } from "../../hooks/useMe";
import { useUploads } from "../../hooks/useUploads";
import { t } from "../../i18n";
import { UploadRow } from "./UploadRow";

export function UploadPanel({ workflow }: { workflow: Workflow }) {
  const uploads = useUploads(workflow.id);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { can_run } = useMe(workflow.id);
  const { trigger } = workflow.definition;
  const formats = (trigger.formats ?? []) as string[];
  const add = (files: File[]) => addUploads(workflow.id, files);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    add([...event.dataTransfer.files]);
  };
  if (!can_run) return <Text color="fg.muted">{t("action.forbidden")}</Text>;
  return (
    <Box>
      <DisabledNote workflow={workflow} text={t("upload.disabled")} />
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
        {uploads.map((one) => (
          <UploadRow key={one.number} of={one} />
        ))}
      </List.Root>
      {uploads.some(isEnded) && (
        <Button size="xs" variant="ghost" mt={2} onClick={() => removeEnded(workflow.id)}>
          {t("upload.remove_ended")}
        </Button>
      )}
    </Box>
  );
}
