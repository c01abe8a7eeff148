// The navigation between the pages.
import { Flex } from "@chakra-ui/react";
import { useLocation } from "react-router-dom";

import { t } from "../i18n";
import { paths } from "../paths";
import { LinkButton } from "./LinkButton";

interface Place {
  to: string;
  of?: string; // the entry that it belongs to, if it is below none
}

const ELSEWHERE: Place[] = [
  { to: paths.newWorkflow, of: paths.workflows },
  { to: paths.start, of: paths.workflows },
  { to: `${paths.home}/compare`, of: paths.runs },
];

// An address that someone has typed may have a percent sign that begins no character.
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

export function Navigation() {
  const here = decoded(useLocation().pathname);
  const entries: (Place & { label: string })[] = [
    { to: paths.home, label: t("nav.home") },
    { to: paths.workflows, label: t("nav.workflows") },
    { to: paths.runs, label: t("nav.runs") },
    { to: paths.reviews, label: t("nav.reviews") },
    { to: paths.processes, label: t("nav.process") },
    { to: paths.backfills, label: t("nav.backfills") },
    { to: paths.templates, label: t("nav.templates") },
    { to: paths.words, label: t("nav.words") },
    { to: paths.persons, label: t("nav.persons") },
    { to: paths.deliveries, label: t("nav.deliveries") },
    { to: paths.functionCallback, label: t("nav.function_callback") },
    { to: paths.costs, label: t("nav.costs") },
    { to: paths.keys, label: t("nav.keys") },
  ];
  const within = [...entries.slice(1), ...ELSEWHERE].find(({ to }) => here.startsWith(to));
  const current = within ? (within.of ?? within.to) : paths.home;
  return (
    <Flex as="nav" aria-label={t("app.title")} gap={1} wrap="wrap" borderBottomWidth={1} pb={2} mb={4}>
      {entries.map(({ to, label }) => (
        <LinkButton key={to} to={to} size="sm" variant={to === current ? "subtle" : "ghost"} aria-current={to === current ? "page" : undefined}>
          {label}
        </LinkButton>
      ))}
    </Flex>
  );
}
