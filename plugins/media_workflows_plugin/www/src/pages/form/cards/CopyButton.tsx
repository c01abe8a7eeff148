// Opens the choice of the workflow that a job is copied to.
import { Button } from "@chakra-ui/react";
import { useState } from "react";

import { lazyPage } from "../../../components/lazyPage";
import type { Piece } from "../../../definition/copying";
import { t } from "../../../i18n";

const CopyDialog = lazyPage(async () => (await import("./CopyDialog")).default);

export function CopyButton({ piece, name }: { piece: Piece; name: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="ghost" onClick={() => setOpen(true)} aria-label={t("action.named", { action: t("copy.button"), name })}>
        {t("copy.button")}
      </Button>
      {open && <CopyDialog piece={piece} name={name} close={() => setOpen(false)} />}
    </>
  );
}
