// Ways to create a workflow: the form, empty or with a starter, or a YAML file.
import { LuFileUp, LuPlus } from "react-icons/lu";
import { Button } from "@chakra-ui/react";
import { useState } from "react";

import { LinkButton } from "../../components/LinkButton";
import { StarterButton } from "../../components/StarterButton";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";
import { paths } from "../../paths";
import { ImportDialog } from "./ImportDialog";

export function NewWorkflowButtons() {
  const [importing, setImporting] = useState(false);
  const { can_edit } = useMe();
  if (!can_edit) return null;
  return (
    <>
      <Button size="sm" variant="outline" onClick={() => setImporting(true)}>
        <LuFileUp aria-hidden /> {t("import.button")}
      </Button>
      <StarterButton />
      <LinkButton size="sm" to={paths.newWorkflow} colorPalette="brand">
        <LuPlus aria-hidden /> {t("list.new")}
      </LinkButton>
      {importing && <ImportDialog close={() => setImporting(false)} />}
    </>
  );
}
