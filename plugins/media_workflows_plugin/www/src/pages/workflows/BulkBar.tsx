// The actions of the selected workflows.
import { Button } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { bulk, type BulkAction } from "../../api/bulk";
import { queries } from "../../api/queries";
import type { Workflow } from "../../api/types";
import { exportYaml, saveAsFile } from "../../api/yaml";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { SelectionBar } from "../../components/SelectionBar";
import { showError, showSuccess } from "../../hooks/messages";
import { useMay } from "../../hooks/useMe";
import { t } from "../../i18n";
import { refusalText } from "../../i18n/errors";

export function BulkBar({ items, done }: { items: Workflow[]; done: (ids: string[]) => void }) {
  const [deleting, setDeleting] = useState(false);
  const ids = items.map((item) => item.id);
  const mayEdit = ids.every(useMay("can_edit", ids));
  const mayDelete = ids.every(useMay("can_delete", ids));
  const whyNotDelete = mayDelete ? items.some((item) => item.enabled) && t("action.locked") : t("action.forbidden");
  const whyNotEdit = mayEdit ? undefined : t("action.forbidden");
  const run = useMutation({
    mutationFn: (action: BulkAction) => bulk(action, ids),
    onSuccess: ({ items: outcomes }) => {
      const failures = outcomes.filter((outcome) => !outcome.ok);
      if (failures.length === 0) showSuccess(t("bulk.done", { count: outcomes.length }));
      else showError(new Error(`${t("bulk.partly", { done: outcomes.length - failures.length, failed: failures.length })}\n${failures.map((failure) => refusalText({ ...failure, message: failure.message ?? "", problems: failure.problems ?? [] })).join("\n")}`));
      done(outcomes.map((outcome) => outcome.id)); // others may have been selected since
    },
    onError: showError,
    onSettled: () => queries.invalidateQueries({ queryKey: ["workflows"] }),
  });
  const save = async () => saveAsFile("workflows.yaml", await exportYaml(ids));
  return (
    <SelectionBar count={items.length}>
      {([["enable", t("bulk.enable")], ["disable", t("bulk.disable")]] as const).map(([action, label]) => (
        <Button key={action} size="xs" variant="outline" disabled={!mayEdit} title={whyNotEdit} loading={run.isPending} onClick={() => run.mutate(action)}>
          {label}
        </Button>
      ))}
      <Button size="xs" variant="outline" onClick={() => save().catch(showError)}>
        {t("bulk.export")}
      </Button>
      <Button size="xs" variant="outline" colorPalette="red" disabled={!!whyNotDelete} title={whyNotDelete || undefined} onClick={() => setDeleting(true)}>
        {t("bulk.delete")}
      </Button>
      {deleting && <ConfirmDialog title={t("bulk.delete_title", { count: items.length })} text={t("bulk.delete_text")} confirm={t("bulk.delete")} cancel={t("delete.cancel")} act={() => run.mutateAsync("delete")} close={() => setDeleting(false)} />}
    </SelectionBar>
  );
}
