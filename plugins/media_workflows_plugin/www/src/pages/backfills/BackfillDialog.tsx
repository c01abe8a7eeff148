// A new backfill of a workflow: it is counted, and then awaits its start on its own page.
import { useNavigate } from "react-router-dom";

import { createBackfill } from "../../api/backfills";
import { queries } from "../../api/queries";
import type { JsonObject, Workflow } from "../../api/types";
import { FormDialog } from "../../components/FormDialog";
import { t } from "../../i18n";
import { paths } from "../../paths";
import { FilterFields } from "./FilterFields";
import { LimitFields } from "./LimitFields";

const START = { filters: {}, limits: {} };

export function BackfillDialog({ workflow, close }: { workflow: Workflow; close: () => void }) {
  const navigate = useNavigate();
  const create = async (request: JsonObject) => {
    const made = await createBackfill(workflow.id, request);
    await queries.invalidateQueries({ queryKey: ["backfills"] });
    void navigate(paths.backfill(made.id));
  };
  return (
    <FormDialog title={t("backfills.new")} start={START} confirm={t("backfills.count")} save={create} close={close}>
      <FilterFields workflow={workflow} />
      <LimitFields />
    </FormDialog>
  );
}
