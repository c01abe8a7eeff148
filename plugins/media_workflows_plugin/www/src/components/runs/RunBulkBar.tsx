// Cancels or retries the selected runs, after a confirmation that counts them; compares two of them.
import { Button, Text } from "@chakra-ui/react";
import { useState } from "react";

import { queries } from "../../api/queries";
import { changeRuns, type RunAction, type RunRow, UNFINISHED } from "../../api/runs";
import { showError, showSuccess } from "../../hooks/messages";
import { useMay } from "../../hooks/useMe";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { paths } from "../../paths";
import { ConfirmDialog } from "../ConfirmDialog";
import { LinkButton } from "../LinkButton";
import { SelectionBar } from "../SelectionBar";
import { isOfSource } from "./cause";
import { keyOf } from "./RunTable";

const SHOWN_FAILURES = 10;

// Those to which an action can be applied, and may help.
export function eligible(action: RunAction, runs: RunRow[]): RunRow[] {
  return runs.filter((run) => (action === "cancel" ? UNFINISHED.has(run.state) : run.state === "failed" && !isOfSource(run.cause?.code)));
}

// Applies it, and says for how many it worked, and why not for the others.
export async function applyToRuns(action: RunAction, runs: RunRow[]) {
  const outcomes = await changeRuns(action, runs);
  await Promise.all([queries.invalidateQueries({ queryKey: ["runs"] }), queries.invalidateQueries({ queryKey: ["home"] })]);
  const failures = outcomes.filter((outcome) => !outcome.ok);
  const counts = { done: outcomes.length - failures.length, failed: failures.length };
  if (failures.length === 0) showSuccess(t(`run_action.${action}_done`, { count: outcomes.length }));
  else showError(new Error([t("bulk.partly", counts), ...failures.slice(0, SHOWN_FAILURES).map((failure) => messageText(failure.message ?? "", failure))].join("\n")));
}

// The older of two is on the left.
function CompareButton({ items }: { items: RunRow[] }) {
  const [newer, older] = items.map(keyOf);
  if (items.length !== 2) return null;
  return (
    <LinkButton size="xs" variant="outline" to={paths.compare(older!, newer)}>
      {t("compare.two")}
    </LinkButton>
  );
}

export function RunBulkBar({ items, done }: { items: RunRow[]; done: () => void }) {
  const [action, setAction] = useState<RunAction | "">("");
  const workflows = items.map((run) => run.workflow_id);
  const mayChange = workflows.every(useMay("can_change_runs", workflows));
  const chosen = action ? eligible(action, items) : [];
  const act = async (action: RunAction) => {
    await applyToRuns(action, chosen);
    done();
  };
  return (
    <SelectionBar count={items.length}>
      <CompareButton items={items} />
      {(["retry", "cancel"] as const).map((name) => (
        <Button key={name} size="xs" variant="outline" colorPalette={name === "cancel" ? "red" : undefined} disabled={!mayChange || eligible(name, items).length === 0} title={mayChange ? undefined : t("action.forbidden")} onClick={() => setAction(name)}>
          {t(`run_action.${name}`, { count: eligible(name, items).length })}
        </Button>
      ))}
      {action && (
        <ConfirmDialog
          title={t(`run_action.${action}_title`, { count: chosen.length })}
          text={
            <>
              <Text>{t(`run_action.${action}_text`)}</Text>
              {chosen.length < items.length && <Text mt={2}>{t("runs.left_out", { count: items.length - chosen.length })}</Text>}
            </>
          }
          confirm={t(`run_action.${action}`, { count: chosen.length })}
          cancel={t("runs.keep")}
          danger={action === "cancel"}
          act={() => act(action)}
          close={() => setAction("")}
        />
      )}
    </SelectionBar>
  );
}
