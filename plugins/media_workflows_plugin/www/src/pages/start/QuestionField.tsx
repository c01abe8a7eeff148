// One question of a goal with its choices.
import { Flex, Heading, RadioGroup } from "@chakra-ui/react";
import { useId } from "react";

import type { Question } from "../../api/starters";
import { useLanguage } from "../../i18n";

interface Props {
  question: Question;
  chosen: string;
  choose: (choice: string) => void;
}

export function QuestionField({ question, chosen, choose }: Props) {
  const language = useLanguage();
  const heading = useId();
  return (
    <RadioGroup.Root size="sm" value={chosen} onValueChange={({ value }) => value && choose(value)} aria-labelledby={heading}>
      <Heading as="h3" size="sm" id={heading} mb={2}>
        {question.text[language]}
      </Heading>
      <Flex direction="column" gap={2}>
        {question.choices.map((choice) => (
          <RadioGroup.Item key={choice.id} value={choice.id}>
            <RadioGroup.ItemHiddenInput />
            <RadioGroup.ItemIndicator />
            <RadioGroup.ItemText>{choice.text[language]}</RadioGroup.ItemText>
          </RadioGroup.Item>
        ))}
      </Flex>
    </RadioGroup.Root>
  );
}
