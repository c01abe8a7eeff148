// One template: the workflows that use it, and the form to change it. Presets can be copied, not changed.
import { Button, Code, List, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { dump } from "js-yaml";
import { useState } from "react";
import { useNavigate, useParams } from "react-router-dom";

import { queries } from "../../api/queries";
import { deleteTemplate, getTemplate, type TemplateWithUsers } from "../../api/templates";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { Section } from "../../components/Section";
import { TextLink } from "../../components/TextLink";
import { UnavailableNote } from "../../components/UnavailableNote";
import { kindLabel } from "../../definition/labels";
import { templateComment, templateName } from "../../definition/templateGroups";
import { showSuccess } from "../../hooks/messages";
import { useMe } from "../../hooks/useMe";
import { useSchemas } from "../../hooks/useSchemas";
import { t } from "../../i18n";
import { paths } from "../../paths";
import { TemplateForm } from "./TemplateForm";

// Another revision is another form: what is typed must not be dropped for it unasked.
const ONCE = { refetchOnWindowFocus: false, refetchOnReconnect: false };

function Users({ template }: { template: TemplateWithUsers }) {
  return (
    <Section title={t("templates.used_by")}>
      {template.used_by.length === 0 && <Text color="fg.muted">{t("templates.unused")}</Text>}
      <List.Root ps={4}>
        {template.used_by.map((user) => (
          <List.Item key={user.id}>
            <TextLink to={paths.workflow(user.id)}>{user.name}</TextLink>
          </List.Item>
        ))}
      </List.Root>
    </Section>
  );
}

function Parameters({ template }: { template: TemplateWithUsers }) {
  const schemas = useSchemas();
  const { can_edit } = useMe();
  const { kind, name, comment, parameters } = template;
  const [start] = useState({ kind, name, comment, parameters });
  if (!template.preset && can_edit) return <Loaded of={schemas}>{(all) => <TemplateForm schema={all.parameters[kind] ?? {}} start={start} stored={template} />}</Loaded>;
  return (
    <Section title={t("templates.parameters")}>
      {comment && <Text mb={2}>{templateComment(template)}</Text>}
      <UnavailableNote of={template.unavailable} isField />
      <Code display="block" whiteSpace="pre" overflowX="auto" fontSize="xs" p={2} tabIndex={0}>
        {dump(parameters, { noRefs: true })}
      </Code>
    </Section>
  );
}

export function TemplatePage() {
  const { kind = "", id = "" } = useParams();
  const [deleting, setDeleting] = useState(false);
  const navigate = useNavigate();
  const me = useMe();
  const template = useQuery({ queryKey: ["templates", kind, id], queryFn: () => getTemplate(kind, Number(id)), ...ONCE });
  const remove = async (data: TemplateWithUsers) => {
    await deleteTemplate(kind, data.id);
    showSuccess(t("templates.deleted", { name: data.name }));
    await queries.invalidateQueries({ queryKey: ["templates", "all"] });
    await navigate(paths.templates);
  };
  return (
    <Loaded of={template}>
      {(data) => {
        const used = data.used_by.length > 0;
        return (
          <>
            <PageHead title={`${data.id} · ${templateName(data)}`} hint={`${kindLabel(kind)} · ${t(data.preset ? "templates.preset_hint" : "templates.of_yours")}`}>
              {me.can_edit && (
                <LinkButton size="sm" variant="outline" to={paths.newTemplate(kind, data.id)}>
                  {t("templates.copy")}
                </LinkButton>
              )}
              {me.can_delete && !data.preset && (
                <Button size="sm" variant="outline" colorPalette="red" disabled={used} title={used ? t("templates.in_use") : undefined} onClick={() => setDeleting(true)}>
                  {t("action.delete")}
                </Button>
              )}
            </PageHead>
            <Users template={data} />
            <Parameters key={data.revision} template={data} />
            {deleting && <ConfirmDialog title={t("delete.title", { name: data.name })} text={t("templates.delete_text")} confirm={t("action.delete")} act={() => remove(data)} close={() => setDeleting(false)} />}
          </>
        );
      }}
    </Loaded>
  );
}
