// Tags or usages in a row; with `pick` each is a button.
import { Badge, Button, Flex, Text } from "@chakra-ui/react";

import { t } from "../i18n";
import { NONE } from "../i18n/format";

export function TagList({ tags, pick }: { tags: string[]; pick?: (tag: string) => void }) {
  if (tags.length === 0) return <Text color="fg.muted">{NONE}</Text>;
  return (
    <Flex gap={1} wrap="wrap">
      {tags.map((tag) =>
        pick ? (
          <Button key={tag} size="2xs" variant="surface" maxW="100%" h="auto" minH={6} whiteSpace="normal" overflowWrap="anywhere" aria-label={t("library.with_tag", { tag })} onClick={() => pick(tag)}>
            {tag}
          </Button>
        ) : (
          <Badge key={tag} whiteSpace="normal" overflowWrap="anywhere">
            {tag}
          </Badge>
        ),
      )}
    </Flex>
  );
}
