// Opens the samples of the form's outputs.
import { Button, Text } from "@chakra-ui/react";
import { lazy, Suspense, useState } from "react";

import { t } from "../../../i18n";

const SampleDialog = lazy(() => import("./SampleDialog"));

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
      <Suspense>{open && <SampleDialog close={() => setOpen(false)} />}</Suspense>
    </>
  );
}
