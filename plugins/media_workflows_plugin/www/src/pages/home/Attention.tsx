// The problems of the installation; nothing while there are none.
import { Alert } from "@chakra-ui/react";

import type { Home } from "../../api/home";
import { TextLink } from "../../components/TextLink";
import { t } from "../../i18n";
import { problemsOf } from "./problems";

export function Attention({ home }: { home: Home }) {
  const problems = problemsOf(home);
  if (problems.length === 0) return null;
  return (
    <Alert.Root status="warning" variant="surface" mb={4} role="status">
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title>{t("home.problems", { count: problems.length })}</Alert.Title>
        {problems.map(({ text, to }) => (
          <Alert.Description key={`${text} ${to}`} overflowWrap="anywhere">
            {text} {to && <TextLink to={to}>{t("home.open_in_airflow")}</TextLink>}
          </Alert.Description>
        ))}
      </Alert.Content>
    </Alert.Root>
  );
}
