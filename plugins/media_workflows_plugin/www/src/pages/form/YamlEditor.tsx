// The whole definition as YAML, for what is quicker to write than to click. Nothing is lost on the way back.
import { Box, Button, Textarea, Text } from "@chakra-ui/react";
import { dump, load } from "js-yaml";
import { useState } from "react";

import type { Json } from "../../api/types";
import { useForm } from "../../definition/FormContext";
import { t } from "../../i18n";

export function YamlEditor() {
  const { value, set } = useForm();
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState("");
  const take = () => {
    try {
      const read = load(typed ?? "") as Json;
      if (read === null || typeof read !== "object" || Array.isArray(read)) throw new Error(t("form.yaml_object"));
      set("", read);
      setTyped(null);
      setFault("");
    } catch (error) {
      setFault((error as Error).message);
    }
  };
  return (
    <Box>
      <Textarea aria-label={t("form.yaml")} rows={14} fontFamily="mono" fontSize="xs" value={typed ?? dump(value, { noRefs: true, lineWidth: 100 })} onChange={(event) => setTyped(event.target.value)} />
      {fault && (
        <Text role="alert" color="red.fg" fontSize="sm" whiteSpace="pre-wrap">
          {fault}
        </Text>
      )}
      <Button size="sm" variant="outline" mt={2} disabled={typed === null} onClick={take}>
        {t("form.yaml_take")}
      </Button>
    </Box>
  );
}
