// The way to the page that asks what a workflow is for; not shown to readers who may not create one.
import { LuTarget } from "react-icons/lu";
import type { ButtonProps } from "@chakra-ui/react";

import { useMe } from "../hooks/useMe";
import { t } from "../i18n";
import { paths } from "../paths";
import { LinkButton } from "./LinkButton";

export function StarterButton(props: ButtonProps) {
  if (!useMe().can_edit) return null;
  return (
    <LinkButton size="sm" variant="outline" to={paths.start} {...props}>
      <LuTarget aria-hidden /> {t("starter.button")}
    </LinkButton>
  );
}
