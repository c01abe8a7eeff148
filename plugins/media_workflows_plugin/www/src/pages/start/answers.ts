// Answers to the questions of a goal, each written `question:choice`.
import type { Question } from "../../api/starters";

// The choice that holds: the answer, or the first one.
export function chosenIn(answers: string[], { id, choices }: Question): string {
  return choices.find((choice) => answers.includes(`${id}:${choice.id}`))?.id ?? choices[0]!.id;
}

export const withAnswer = (answers: string[], question: string, choice: string) => [...answers.filter((answer) => !answer.startsWith(`${question}:`)), `${question}:${choice}`];
