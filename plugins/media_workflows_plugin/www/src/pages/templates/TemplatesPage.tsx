// The template library: presets and custom templates, by kind.
import { Badge, Flex, Input, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { LuPlus } from "react-icons/lu";

import { listTemplates, type Template } from "../../api/templates";
import { Choice } from "../../components/Choice";
import { type Column, DataTable } from "../../components/DataTable";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { NothingYet } from "../../components/NothingYet";
import { PageHead } from "../../components/PageHead";
import { Pager } from "../../components/Pager";
import { TextLink } from "../../components/TextLink";
import { kindLabel } from "../../definition/labels";
import { parametersSummary } from "../../definition/summary";
import { fitsSearch, templateComment, templateName } from "../../definition/templateGroups";
import { useListParams } from "../../hooks/useListParams";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";
import { paths } from "../../paths";

const LIMIT = 25;

function columnsOf(canEdit: boolean): Column<Template>[] {
  return [
    { key: "id", label: t("templates.id"), cell: (item) => <TextLink to={paths.template(item.kind, item.id)}>{item.id}</TextLink> },
    { key: "name", label: t("list.name"), cell: (item) => <Named item={item} /> },
    { key: "kind", label: t("templates.kind"), cell: (item) => <Text>{kindLabel(item.kind)}</Text> },
    { key: "what", label: t("templates.what"), cell: (item) => <Text>{parametersSummary(item.parameters)}</Text> },
    { key: "origin", label: t("templates.origin"), cell: (item) => <Badge colorPalette={item.preset ? "gray" : "cyan"}>{t(item.preset ? "templates.preset" : "templates.of_yours")}</Badge> },
    { key: "actions", label: t("list.actions"), cell: (item) => (canEdit ? <LinkButton size="xs" variant="ghost" to={paths.newTemplate(item.kind, item.id)} aria-label={t("action.named", { action: t("templates.copy"), name: templateName(item) })}>{t("templates.copy")}</LinkButton> : <Text>–</Text>) },
  ];
}

function Named({ item }: { item: Template }) {
  return (
    <>
      <Text fontWeight="semibold">{templateName(item)}</Text>
      {templateComment(item) && <Text fontSize="sm" color="fg.muted">{templateComment(item)}</Text>}
    </>
  );
}

export function TemplatesPage() {
  const { value, offset, type, pick, go } = useListParams();
  const { can_edit } = useMe();
  const templates = useQuery({ queryKey: ["templates", "all"], queryFn: listTemplates });
  const fits = (item: Template) => [item.kind, ""].includes(value("kind")) && (value("origin") === "" || item.preset === (value("origin") === "preset")) && fitsSearch(item, value("search"));
  const kinds = [...new Set(templates.data?.items.map((item) => item.kind))];
  return (
    <>
      <PageHead title={t("templates.title")}>
        {can_edit && (
          <LinkButton size="sm" colorPalette="brand" to={paths.newTemplate(value("kind") || "transcode")}>
            <LuPlus aria-hidden /> {t("templates.new")}
          </LinkButton>
        )}
      </PageHead>
      <Flex gap={2} mb={3} wrap="wrap" role="search">
        <Input type="search" size="sm" maxW="20rem" flex="1 1 12rem" value={value("search")} onChange={(event) => type({ search: event.target.value })} placeholder={t("templates.search_all")} aria-label={t("templates.search_all")} />
        <Choice label={t("templates.kind")} value={value("kind")} options={kinds.map((kind) => [kind, kindLabel(kind)])} all={t("templates.all_kinds")} pick={(kind) => pick({ kind })} />
        <Choice label={t("templates.origin")} value={value("origin")} options={[["preset", t("templates.presets")], ["own", t("templates.custom")]]} all={t("templates.all")} pick={(origin) => pick({ origin })} />
      </Flex>
      <Loaded of={templates}>
        {({ items }) => {
          const found = items.filter(fits);
          return (
            <>
              {found.length === 0 ? <NothingYet text={t("templates.none")} /> : <DataTable label={t("templates.title")} columns={columnsOf(can_edit)} rows={found.slice(offset, offset + LIMIT)} rowKey={(item) => `${item.kind}${item.id}`} />}
              <Pager label={t("templates.title")} offset={offset} limit={LIMIT} total={found.length} go={go} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}
