// All problems, each with a link to its field.
import { Alert, Button, List } from "@chakra-ui/react";

import type { Problem } from "../../api/client";
import { goToField } from "../../components/fields/goToField";
import { t } from "../../i18n";
import { problemText } from "../../i18n/errors";

export function ProblemList({ problems }: { problems: Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <Alert.Root status="error" variant="surface" role="alert" mb={4}>
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title>{t("form.problems", { count: problems.length })}</Alert.Title>
        <List.Root ps={4}>
          {problems.map((problem, at) => (
            <List.Item key={at}>
              <Button variant="plain" size="xs" px={0} h="auto" textDecoration="underline" color="inherit" fontFamily="mono" whiteSpace="normal" textAlign="start" onClick={() => void goToField(problem.field)}>
                {problem.field}
              </Button>{" "}
              {problemText(problem)}
            </List.Item>
          ))}
        </List.Root>
      </Alert.Content>
    </Alert.Root>
  );
}
