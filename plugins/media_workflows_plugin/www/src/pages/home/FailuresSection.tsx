// The failures of the last 24 hours by cause, each retried with one click and a confirmation.
import { Text } from "@chakra-ui/react";

import type { Home } from "../../api/home";
import { type Column, DataTable } from "../../components/DataTable";
import { causeLabel, isOfSource } from "../../components/runs/cause";
import { Section } from "../../components/Section";
import { TextLink } from "../../components/TextLink";
import { t, textOf } from "../../i18n";
import { formatNumber, NONE } from "../../i18n/format";
import { paths } from "../../paths";
import { RetryCause } from "./RetryCause";

type Cause = Home["failures"]["causes"][number];

const adviceOf = (code: string) => textOf(`advice.${code}`, textOf(`advice.${code.split(".")[0]}`, ""));

const columns = (): Column<Cause>[] => [
  { key: "cause", label: t("runs.cause"), cell: ({ code }) => <Text fontWeight="semibold">{causeLabel(code)}</Text> },
  { key: "runs", label: t("nav.runs"), align: "end", cell: ({ code, runs }) => <TextLink to={paths.runsWhere({ state: "failed", ended: "24h", cause: code })}>{formatNumber(runs)}</TextLink> },
  { key: "advice", label: t("home.advice"), cell: ({ code }) => <Text color="fg.muted">{adviceOf(code)}</Text> },
  { key: "retry", label: t("list.actions"), cell: (cause) => (isOfSource(cause.code) ? NONE : <RetryCause cause={cause} />) },
];

export function FailuresSection({ failures }: { failures: Home["failures"] }) {
  if (failures.runs === 0) return null;
  return (
    <Section title={t("home.failures")} hint={t("home.failures_hint")}>
      <DataTable label={t("home.failures")} columns={columns()} rows={failures.causes} rowKey={({ code }) => code} />
    </Section>
  );
}
