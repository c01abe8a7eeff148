// Chooses a template: searchable, in groups, with purpose and parameters; presets of the old generation are folded.
import { Badge, Box, Button, Dialog, Flex, Heading, Input, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuPlus } from "react-icons/lu";

import type { Template } from "../../api/templates";
import { kindLabel } from "../../definition/labels";
import { parametersSummary } from "../../definition/summary";
import { type Group, grouped, templateComment, templateName } from "../../definition/templateGroups";
import { useMe } from "../../hooks/useMe";
import { useLibrary } from "../../hooks/useTemplates";
import { type Key, t } from "../../i18n";
import { DialogFrame } from "../DialogFrame";
import { Fold } from "../Fold";
import { Loaded } from "../Loaded";

interface Props {
  kind: string;
  chosen: number | undefined;
  pick: (id: number) => void;
  create: () => void;
  close: () => void;
}

export function TemplatePicker({ kind, chosen, pick, create, close }: Props) {
  const [search, setSearch] = useState("");
  const { can_edit } = useMe();
  const library = useLibrary();
  const choose = (template: Template) => {
    pick(template.id);
    close();
  };
  return (
    <DialogFrame title={t("templates.choose", { kind: kindLabel(kind) })} close={close} size="lg" scrollBehavior="inside">
      <Dialog.Body>
        <Input type="search" size="sm" mb={3} value={search} onChange={(event) => setSearch(event.target.value)} placeholder={t("templates.search_all")} aria-label={t("templates.search_all")} />
        <Loaded of={library}>
          {({ items }) => {
            const groups = grouped(items.filter((template) => template.kind === kind), search.trim());
            if (groups.length === 0) return <Text color="fg.muted">{t("templates.none")}</Text>;
            return groups.map((group) => <TemplateGroup key={group.name} of={group} isSearched={search.trim() !== ""} chosen={chosen} choose={choose} />);
          }}
        </Loaded>
      </Dialog.Body>
      <Dialog.Footer>
        {can_edit && (
          <Button size="sm" variant="outline" onClick={create}>
            <LuPlus aria-hidden /> {t("templates.new")}
          </Button>
        )}
        <Button size="sm" variant="outline" onClick={close}>
          {t("app.cancel")}
        </Button>
      </Dialog.Footer>
    </DialogFrame>
  );
}

interface GroupProps {
  of: Group;
  isSearched: boolean;
  chosen: number | undefined;
  choose: (template: Template) => void;
}

function TemplateGroup({ of, isSearched, chosen, choose }: GroupProps) {
  const title = t(`standing.${of.name}` as Key, { count: of.items.length });
  const items = of.items.map((template) => <Entry key={template.id} of={template} isChosen={template.id === chosen} choose={choose} />);
  if (of.name === "old")
    return (
      <Fold title={title} open={isSearched}>
        {items}
      </Fold>
    );
  return (
    <Box role="group" aria-label={title} mb={3}>
      <Heading as="h3" size="xs" color="fg.muted" mb={1}>
        {title}
      </Heading>
      {items}
    </Box>
  );
}

function Entry({ of, isChosen, choose }: { of: Template; isChosen: boolean; choose: (template: Template) => void }) {
  return (
    <Button variant={isChosen ? "subtle" : "ghost"} aria-current={isChosen || undefined} display="block" w="100%" h="auto" minH={0} py={2} px={2} textAlign="start" whiteSpace="normal" fontWeight="normal" onClick={() => choose(of)}>
      <Flex gap={2} wrap="wrap" align="center">
        <Text fontWeight="semibold">{templateName(of)}</Text>
        <Text fontSize="sm" color="fg.muted">
          {of.id}
        </Text>
        {of.unavailable.some((one) => one.fails) && <Badge colorPalette="orange">{t("unavailable.badge")}</Badge>}
      </Flex>
      {templateComment(of) && <Text fontSize="sm">{templateComment(of)}</Text>}
      <Text fontSize="sm" color="fg.muted">
        {parametersSummary(of.parameters)}
      </Text>
    </Button>
  );
}
