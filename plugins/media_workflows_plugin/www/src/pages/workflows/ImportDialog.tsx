// Workflows from a YAML file or pasted text; each document becomes one, disabled.
import { Button, Dialog, Field, Input, List, Text, Textarea } from "@chakra-ui/react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { queries } from "../../api/queries";
import { importProgress, importYaml, newImportId } from "../../api/yaml";
import { DialogFrame } from "../../components/DialogFrame";
import { ErrorNote } from "../../components/ErrorNote";
import { t } from "../../i18n";
import { messageText, problemText } from "../../i18n/errors";

const PROGRESS_POLL_MS = 1000;

export function ImportDialog({ close }: { close: () => void }) {
  const [yaml, setYaml] = useState("");
  const [importId, setImportId] = useState("");
  const send = useMutation({
    mutationFn: async () => {
      const id = newImportId();
      setImportId(id);
      const answer = await importYaml(yaml, id);
      return Array.isArray(answer) ? answer : answer.items;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["workflows"] }),
  });
  const progress = useQuery({
    queryKey: ["import", importId],
    queryFn: () => importProgress(importId),
    enabled: send.isPending && importId !== "",
    refetchInterval: PROGRESS_POLL_MS, // before the import has begun there is none
  });
  return (
    <DialogFrame title={t("import.title")} close={close} size="lg">
      <Dialog.Body display="grid" gap={4}>
        <Field.Root>
          <Field.Label>{t("import.file")}</Field.Label>
          <Input type="file" accept=".yaml,.yml,.json" p={1} onChange={async (event) => setYaml((await event.target.files?.[0]?.text()) ?? "")} />
        </Field.Root>
        <Field.Root>
          <Field.Label>{t("import.text")}</Field.Label>
          <Textarea rows={12} fontFamily="mono" fontSize="sm" value={yaml} onChange={(event) => setYaml(event.target.value)} />
          <Field.HelperText>{t("import.hint")}</Field.HelperText>
        </Field.Root>
        <ErrorNote error={send.error} />
        {send.isPending && progress.data && <Text role="status">{t("import.progress", progress.data)}</Text>}
        {send.data && (
          <List.Root role="status" ps={5}>
            {send.data.map((item, index) => (
              <List.Item key={index}>
                {t(item.ok ? "import.ok" : "import.failed", { name: item.name })}
                {item.message && item.problems.length === 0 && (
                  <Text color="red.fg" fontSize="sm">
                    {messageText(item.message, item)}
                  </Text>
                )}
                {item.problems.map((problem) => (
                  <Text key={problem.field} color="red.fg" fontSize="sm">
                    {problem.field}: {problemText(problem)}
                  </Text>
                ))}
              </List.Item>
            ))}
          </List.Root>
        )}
      </Dialog.Body>
      <Dialog.Footer>
        <Button variant="outline" onClick={close}>
          {t("app.close")}
        </Button>
        <Button colorPalette="brand" disabled={!yaml.trim()} loading={send.isPending} onClick={() => send.mutate()}>
          {t("import.send")}
        </Button>
      </Dialog.Footer>
    </DialogFrame>
  );
}
