// The template of an item: its name, purpose and parameters, and a dialog to choose another.
import { Box, Button, Flex, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuChevronsUpDown, LuPlus } from "react-icons/lu";

import { useField } from "../../definition/FormContext";
import { kindLabel } from "../../definition/labels";
import { parametersSummary } from "../../definition/summary";
import { templateComment, templateName } from "../../definition/templateGroups";
import { useMe } from "../../hooks/useMe";
import { useHasNoTemplate, useTemplates } from "../../hooks/useTemplates";
import { t } from "../../i18n";
import { FieldFrame, useFieldId } from "./FieldFrame";
import { NewTemplateDialog } from "./NewTemplateDialog";
import { TemplatePicker } from "./TemplatePicker";

interface Props {
  path: string;
  kind: string;
  makeOwn: () => void; // parameters for this item only
}

export function TemplateField({ path, kind, makeOwn }: Props) {
  const { value, set, problem } = useField(path);
  const id = useFieldId(path);
  const [open, setOpen] = useState<"picker" | "new" | null>(null);
  const chosen = useTemplates(kind).find((template) => template.id === value);
  const isEmpty = useHasNoTemplate(kind);
  const shown = chosen ? `${chosen.id} · ${templateName(chosen)}` : value === undefined || value === null ? t("form.choose") : String(value);
  return (
    <Box maxW="34rem" mb={1}>
      {isEmpty ? (
        <NoTemplate id={id} kind={kind} create={() => setOpen("new")} makeOwn={makeOwn} />
      ) : (
        <FieldFrame path={path} label={t("form.template")} problem={problem} required>
          <Button id={id} size="sm" variant="outline" w="100%" justifyContent="space-between" fontWeight="normal" aria-haspopup="dialog" aria-label={t("action.named", { action: t("form.template"), name: shown })} aria-invalid={problem !== undefined} onClick={() => setOpen("picker")}>
            <Text truncate>{shown}</Text>
            <LuChevronsUpDown aria-hidden />
          </Button>
        </FieldFrame>
      )}
      {chosen && (
        <Text fontSize="sm" color="fg.muted" mt={1}>
          {[templateComment(chosen), parametersSummary(chosen.parameters)].filter(Boolean).join(" · ")}
        </Text>
      )}
      {open === "picker" && <TemplatePicker kind={kind} chosen={chosen?.id} pick={set} create={() => setOpen("new")} close={() => setOpen(null)} />}
      {open === "new" && <NewTemplateDialog kind={kind} made={set} close={() => setOpen(null)} />}
    </Box>
  );
}

function NoTemplate({ id, kind, create, makeOwn }: { id: string; kind: string; create: () => void; makeOwn: () => void }) {
  const { can_edit } = useMe();
  return (
    <Box id={id} tabIndex={-1}>
      <Text fontSize="sm" mb={2}>
        {t("templates.none_of_kind", { kind: kindLabel(kind) })}
      </Text>
      <Flex gap={2} wrap="wrap">
        {can_edit && (
          <Button size="xs" variant="outline" onClick={create}>
            <LuPlus aria-hidden /> {t("templates.new_of", { kind: kindLabel(kind) })}
          </Button>
        )}
        <Button size="xs" variant="outline" onClick={makeOwn}>
          {t("templates.this_job_only")}
        </Button>
      </Flex>
    </Box>
  );
}
