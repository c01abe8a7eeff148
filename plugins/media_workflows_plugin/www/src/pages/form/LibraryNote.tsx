// A link to the libraries of words and persons, for jobs that use them.
import { Text } from "@chakra-ui/react";

import { TextLink } from "../../components/TextLink";
import { t } from "../../i18n";
import { paths } from "../../paths";

const LOOKING = new Set(["content_review", "recognition"]);

export function LibraryNote({ kind }: { kind: string }) {
  if (!LOOKING.has(kind)) return null;
  return (
    <Text fontSize="sm" color="fg.muted" mb={3}>
      {t("form.library_note")} <TextLink to={paths.words}>{t("nav.words")}</TextLink>{t("list.separator")}<TextLink to={paths.persons}>{t("nav.persons")}</TextLink>
    </Text>
  );
}
