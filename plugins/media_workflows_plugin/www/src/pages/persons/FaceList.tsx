// Faces by number and engine; pictures are not stored.
import { Box, Button, Code, Flex, List } from "@chakra-ui/react";

import type { Person } from "../../api/persons";
import { t } from "../../i18n";

export function FaceList({ faces, remove }: { faces: Person["faces"]; remove: (id: number) => void }) {
  return (
    <List.Root variant="plain" role="list" gap={2}>
      {faces.map(({ id, engine }, at) => {
        const name = t("persons.face", { number: at + 1 });
        return (
          <List.Item key={id}>
            <Flex gap={3} align="center" w="full">
              <Box flex={1} minW={0}>
                {name} <Code overflowWrap="anywhere">{engine}</Code>
              </Box>
              <Button size="xs" variant="ghost" colorPalette="red" aria-label={t("form.remove_named", { name })} onClick={() => remove(id)}>
                {t("form.remove")}
              </Button>
            </Flex>
          </List.Item>
        );
      })}
    </List.Root>
  );
}
