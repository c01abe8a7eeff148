// The budget of a workflow: its month, and its limit of one run.
import { Text } from "@chakra-ui/react";

import { getBudget } from "../../api/costs";
import { BudgetUse } from "../../components/BudgetUse";
import { Loaded } from "../../components/Loaded";
import { Section } from "../../components/Section";
import { limitText } from "../../definition/budget";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";

export function BudgetSection({ workflow }: { workflow: string }) {
  const status = usePolled(["budget", workflow], () => getBudget(workflow));
  return (
    <Section title={t("field.budget")} hint={t("budget.hint")}>
      <Loaded of={status}>
        {(data) => (
          <>
            <BudgetUse status={data} />
            {data.budget?.per_run && <Text fontSize="sm">{t("budget.per_run", { limit: limitText(data.budget.per_run, data.own?.currency ?? "") })}</Text>}
          </>
        )}
      </Loaded>
    </Section>
  );
}
