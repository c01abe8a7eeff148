// The actions of the selected words.
import { Button } from "@chakra-ui/react";

import { SelectionBar } from "../../components/SelectionBar";
import { t } from "../../i18n";

export function SelectedWords({ count, remove }: { count: number; remove: () => void }) {
  return (
    <SelectionBar count={count}>
      <Button size="xs" variant="outline" colorPalette="red" onClick={remove}>
        {t("bulk.delete")}
      </Button>
    </SelectionBar>
  );
}
