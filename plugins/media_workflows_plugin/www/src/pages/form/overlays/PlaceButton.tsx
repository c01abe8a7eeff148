// Opens the frame on which the watermarks and mosaics of an item are placed by hand.
import { Box, Button } from "@chakra-ui/react";
import { useState } from "react";

import { lazyPage } from "../../../components/lazyPage";
import { useForm } from "../../../definition/FormContext";
import type { Schema } from "../../../definition/schema";
import { t } from "../../../i18n";

const PlaceDialog = lazyPage(async () => (await import("./PlaceDialog")).default);

export function PlaceButton({ path, schema, name }: { path: string; schema: Schema; name: string }) {
  const { root } = useForm();
  const [open, setOpen] = useState(false);
  if (!schema.properties?.watermarks || !root.properties?.trigger) return null; // a request has no directory to take a frame of
  return (
    <Box mt={3}>
      <Button size="xs" variant="outline" onClick={() => setOpen(true)} aria-label={t("action.named", { action: t("place.button"), name })}>
        {t("place.button")}
      </Button>
      {open && <PlaceDialog path={path} schema={schema} name={name} close={() => setOpen(false)} />}
    </Box>
  );
}
