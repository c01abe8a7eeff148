// The whole definition as YAML. The form and the YAML convert into each other without loss.
import { Box, Button, Textarea, Text } from "@chakra-ui/react";
import { dump } from "js-yaml";

import { useForm } from "../../definition/FormContext";
import { t } from "../../i18n";
import type { YamlText } from "./useYamlText";

export function YamlEditor({ yaml }: { yaml: YamlText }) {
  const { value } = useForm();
  return (
    <Box>
      <Textarea aria-label={t("form.yaml")} rows={14} fontFamily="mono" fontSize="xs" value={yaml.typed ?? dump(value, { noRefs: true, lineWidth: 100 })} onChange={(event) => yaml.type(event.target.value)} />
      <Button size="sm" variant="outline" mt={2} disabled={yaml.typed === null} onClick={yaml.take}>
        {t("form.yaml_take")}
      </Button>
    </Box>
  );
}

// Beside the button that saves: there it is seen while the editor is folded, too.
export function YamlError({ yaml }: { yaml: YamlText }) {
  if (!yaml.error) return null;
  return (
    <Text role="alert" color="red.fg" fontSize="sm" whiteSpace="pre-wrap">
      {yaml.error}
    </Text>
  );
}
