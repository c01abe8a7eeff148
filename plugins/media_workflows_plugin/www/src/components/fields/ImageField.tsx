// A picture as base64, chosen as a file and shown.
import { Image, Input } from "@chakra-ui/react";

import { base64Of } from "../../api/base64";
import { useField } from "../../definition/FormContext";
import { fieldLabel } from "../../definition/labels";
import { t } from "../../i18n";
import { FieldFrame } from "./FieldFrame";
import type { FieldProps } from "./types";

export function ImageField({ path, name, required }: FieldProps) {
  const { value, set, problem } = useField(path);
  return (
    <FieldFrame path={path} label={fieldLabel(name)} hint={t("form.image_hint")} problem={problem} required={required} wide>
      <Input size="sm" p={1} type="file" accept="image/png,image/jpeg,image/apng" onChange={async (event) => event.target.files?.[0] && set(await base64Of(event.target.files[0]))} />
      {typeof value === "string" && value && <Image src={`data:image/png;base64,${value}`} alt={t("form.image_alt")} maxH="6rem" maxW="100%" objectFit="contain" mt={2} bg="bg.emphasized" />}
    </FieldFrame>
  );
}
