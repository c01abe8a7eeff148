// The whole definition as YAML. The form and the YAML convert into each other without loss.
import { Box, Button, Textarea, Text } from "@chakra-ui/react";
import { dump, load } from "js-yaml";
import { useState } from "react";

import type { Json } from "../../api/types";
import { useForm } from "../../definition/FormContext";
import { t } from "../../i18n";

export function YamlEditor() {
  const { value, set } = useForm();
  const [typed, setTyped] = useState<string | null>(null);
  const [error, setError] = useState("");
  const take = () => {
    try {
      const read = load(typed ?? "") as Json;
      if (read === null || typeof read !== "object" || Array.isArray(read)) return setError(t("form.yaml_object"));
      set("", read);
      setTyped(null);
      setError("");
    } catch (thrown) {
      setError(t("form.yaml_bad", { error: (thrown as Error).message }));
    }
  };
  return (
    <Box>
      <Textarea aria-label={t("form.yaml")} rows={14} fontFamily="mono" fontSize="xs" value={typed ?? dump(value, { noRefs: true, lineWidth: 100 })} onChange={(event) => setTyped(event.target.value)} />
      {error && (
        <Text role="alert" color="red.fg" fontSize="sm" whiteSpace="pre-wrap">
          {error}
        </Text>
      )}
      <Button size="sm" variant="outline" mt={2} disabled={typed === null} onClick={take}>
        {t("form.yaml_take")}
      </Button>
    </Box>
  );
}
