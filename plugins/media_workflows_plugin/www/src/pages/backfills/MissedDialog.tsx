// Processes missed uploads: a backfill of them begins at once.
import { Text } from "@chakra-ui/react";
import { useNavigate } from "react-router-dom";

import { fireMissedUploads } from "../../api/backfills";
import { queries } from "../../api/queries";
import type { JsonObject } from "../../api/types";
import { FormDialog } from "../../components/FormDialog";
import { showSuccess } from "../../hooks/messages";
import { t } from "../../i18n";
import { paths } from "../../paths";
import { LimitFields } from "./LimitFields";

interface Props {
  workflow: string;
  keys: string[]; // none = all
  close: () => void;
}

export function MissedDialog({ workflow, keys, close }: Props) {
  const navigate = useNavigate();
  const fire = async ({ limits }: JsonObject) => {
    const made = await fireMissedUploads(workflow, keys, limits as JsonObject);
    await queries.invalidateQueries({ queryKey: ["backfills"] });
    void queries.invalidateQueries({ queryKey: ["missed", workflow] });
    showSuccess(t("missed.begun"));
    void navigate(paths.backfill(made.id));
  };
  return (
    <FormDialog title={t("missed.process")} start={{ limits: {} }} confirm={t("missed.confirm")} save={fire} close={close}>
      <Text>{keys.length > 0 ? t("missed.process_selected", { count: keys.length }) : t("missed.process_all")}</Text>
      <LimitFields />
    </FormDialog>
  );
}
