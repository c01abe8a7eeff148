// What a workflow is, for who has none yet.
import { EmptyState as Empty, List, VStack } from "@chakra-ui/react";
import { LuWorkflow } from "react-icons/lu";

import { LinkButton } from "../../components/LinkButton";
import { t } from "../../i18n";
import { paths } from "../../paths";

export function EmptyState() {
  return (
    <Empty.Root maxW="44rem" mx="auto">
      <Empty.Content>
        <Empty.Indicator>
          <LuWorkflow aria-hidden />
        </Empty.Indicator>
        <VStack textAlign="center">
          <Empty.Title as="h2">{t("list.empty_title")}</Empty.Title>
          <Empty.Description>{t("list.empty_text")}</Empty.Description>
        </VStack>
        <List.Root as="ol" ps={5} gap={1}>
          <List.Item>{t("list.empty_step_1")}</List.Item>
          <List.Item>{t("list.empty_step_2")}</List.Item>
          <List.Item>{t("list.empty_step_3")}</List.Item>
        </List.Root>
        <LinkButton to={paths.newWorkflow} colorPalette="brand">
          {t("list.new")}
        </LinkButton>
      </Empty.Content>
    </Empty.Root>
  );
}
