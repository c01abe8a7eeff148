// What a workflow is for: goals with questions, and further starters. Nothing is stored before the form is saved.
import { Box, Flex, Heading, SimpleGrid, Text } from "@chakra-ui/react";

import type { Starter } from "../../api/starters";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { Section } from "../../components/Section";
import { StepsPreview } from "../../components/StepsPreview";
import { stepsIn } from "../../definition/steps";
import { useMe } from "../../hooks/useMe";
import { useStarters } from "../../hooks/useStarters";
import { starterText, t, textOf } from "../../i18n";
import { paths } from "../../paths";

function Card({ starter }: { starter: Starter }) {
  const title = textOf(`starter.${starter.name}`, starter.name);
  const { can_edit } = useMe();
  const isForm = starter.questions.length === 0;
  const to = isForm ? paths.newFromStarter(starter.name) : paths.goal(starter.name);
  return (
    <Flex as="li" direction="column" gap={2} borderWidth={1} borderRadius="md" p={3}>
      <Flex justify="space-between" align="start" gap={2}>
        <Heading as="h3" size="sm">
          {title}
        </Heading>
        <LinkButton size="xs" variant="outline" to={to} forbidden={isForm && !can_edit} aria-label={t("action.named", { action: t("starter.choose"), name: title })}>
          {t("starter.choose")}
        </LinkButton>
      </Flex>
      <Text fontSize="sm" color="fg.muted">
        {starterText(starter.name, starter.description)}
      </Text>
      <Box mt="auto">
        <StepsPreview steps={stepsIn(starter.definition)} />
      </Box>
    </Flex>
  );
}

function Cards({ starters }: { starters: Starter[] }) {
  return (
    <SimpleGrid as="ul" columns={{ base: 1, md: 2, xl: 3 }} gap={3} listStyleType="none">
      {starters.map((starter) => (
        <Card key={starter.name} starter={starter} />
      ))}
    </SimpleGrid>
  );
}

export function StartPage() {
  const { can_edit } = useMe();
  return (
    <>
      <PageHead title={t("starter.title")} hint={t("starter.hint")}>
        <LinkButton size="sm" variant="outline" to={paths.newWorkflow} forbidden={!can_edit}>
          {t("starter.empty_form")}
        </LinkButton>
      </PageHead>
      <Loaded of={useStarters()}>
        {({ items }) => (
          <>
            <Section title={t("starter.goals")} hint={t("starter.goals_hint")}>
              <Cards starters={items.filter(({ questions }) => questions.length > 0)} />
            </Section>
            <Section title={t("starter.more")} hint={t("starter.more_hint")}>
              <Cards starters={items.filter(({ questions }) => questions.length === 0)} />
            </Section>
          </>
        )}
      </Loaded>
    </>
  );
}
