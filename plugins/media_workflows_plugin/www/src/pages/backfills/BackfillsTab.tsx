// The backfills of a workflow, and the dialog that creates one.
import { Button, Flex, Text } from "@chakra-ui/react";
import { useState } from "react";

import type { Workflow } from "../../api/types";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";
import { BackfillDialog } from "./BackfillDialog";
import { BackfillList } from "./BackfillList";
import { NoBackfills } from "./NoBackfills";

export function BackfillsTab({ workflow }: { workflow: Workflow }) {
  const [adding, setAdding] = useState(false);
  const { can_edit } = useMe(workflow.id);
  return (
    <>
      <Flex justify="space-between" align="start" gap={3} wrap="wrap" mb={3}>
        <Text color="fg.muted">{t("backfills.hint")}</Text>
        {can_edit && (
          <Button size="sm" colorPalette="brand" onClick={() => setAdding(true)}>
            {t("backfills.new")}
          </Button>
        )}
      </Flex>
      <BackfillList workflow={workflow.id} empty={<NoBackfills />} />
      {adding && <BackfillDialog workflow={workflow} close={() => setAdding(false)} />}
    </>
  );
}
