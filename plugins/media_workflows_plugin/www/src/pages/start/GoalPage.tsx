// The questions of a goal, and what the answers make: steps in words and as a graph. The answers are in the address.
import { Flex, Grid } from "@chakra-ui/react";
import { useRef } from "react";
import { useParams, useSearchParams } from "react-router-dom";

import type { Question, Starter } from "../../api/starters";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { Section } from "../../components/Section";
import { useMe } from "../../hooks/useMe";
import { useAnsweredStarter, useStarters } from "../../hooks/useStarters";
import { starterText, t, textOf } from "../../i18n";
import { paths } from "../../paths";
import { chosenIn, withAnswer } from "./answers";
import { QuestionField } from "./QuestionField";
import { Result } from "./Result";

function Goal({ goal }: { goal: Starter }) {
  const [params, setParams] = useSearchParams();
  const answers = params.getAll("answer");
  const { can_edit } = useMe();
  const made = useAnsweredStarter(goal.name, answers);
  const latest = useRef(answers); // the address may be a moment behind: a quick second answer must not drop the first
  const answer = ({ id }: Question, choice: string) => {
    latest.current = withAnswer(latest.current, id, choice);
    setParams(latest.current.map((one): [string, string] => ["answer", one]), { replace: true });
  };
  return (
    <>
      <PageHead title={textOf(`starter.${goal.name}`, goal.name)} hint={starterText(goal.name, goal.description)} />
      <Grid templateColumns={{ base: "minmax(0, 1fr)", lg: "minmax(0, 1fr) minmax(0, 1fr)" }} gap={5} alignItems="start">
        <Section title={t("starter.questions")}>
          <Flex direction="column" gap={5}>
            {goal.questions.map((question) => (
              <QuestionField key={question.id} question={question} chosen={chosenIn(answers, question)} choose={(choice) => answer(question, choice)} />
            ))}
          </Flex>
        </Section>
        <Section title={t("starter.result")}>
          <Loaded of={made}>{(definition) => <Result definition={definition} />}</Loaded>
        </Section>
      </Grid>
      <Flex gap={2}>
        <LinkButton size="sm" colorPalette="brand" to={paths.newFromStarter(goal.name, answers)} forbidden={!can_edit}>
          {t("starter.open_form")}
        </LinkButton>
        <LinkButton size="sm" variant="outline" to={paths.start}>
          {t("starter.back")}
        </LinkButton>
      </Flex>
    </>
  );
}

export function GoalPage() {
  const { name = "" } = useParams();
  return (
    <Loaded of={useStarters()}>
      {({ items }) => {
        const goal = items.find((starter) => starter.name === name && starter.questions.length > 0);
        return goal ? <Goal key={name} goal={goal} /> : <PageHead title={t("app.unknown_page")} />;
      }}
    </Loaded>
  );
}
