// Opens the samples of the form's outputs.
import { Button, Text } from "@chakra-ui/react";
import { useState } from "react";

import { lazyPage } from "../../../components/lazyPage";
import { t } from "../../../i18n";

const SampleDialog = lazyPage(async () => (await import("./SampleDialog")).default);

export function SampleButton() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" variant="outline" onClick={() => setOpen(true)}>
        {t("sample.button")}
      </Button>
      <Text fontSize="xs" color="fg.muted" mt={1}>
        {t("sample.button_hint")}
      </Text>
      {open && <SampleDialog close={() => setOpen(false)} />}
    </>
  );
}
