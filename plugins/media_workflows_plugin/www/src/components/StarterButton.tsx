// Begins a new workflow with a starter: the form opens with it, and nothing is stored before it is saved.
import { Box, Button, Dialog, Flex, Heading, SimpleGrid, Text } from "@chakra-ui/react";
import { useState } from "react";
import { useNavigate } from "react-router-dom";

import type { Starter } from "../api/starters";
import { stepsIn } from "../definition/steps";
import { useStarters } from "../hooks/useStarters";
import { starterText, t, textOf } from "../i18n";
import { paths } from "../paths";
import { CloseFooter } from "./CloseFooter";
import { DialogFrame } from "./DialogFrame";
import { Loaded } from "./Loaded";
import { StepsPreview } from "./StepsPreview";

function Card({ starter, choose }: { starter: Starter; choose: () => void }) {
  const title = textOf(`starter.${starter.name}`, starter.name);
  return (
    <Flex as="li" direction="column" gap={2} borderWidth={1} borderRadius="md" p={3}>
      <Flex justify="space-between" align="start" gap={2}>
        <Heading as="h3" size="sm">
          {title}
        </Heading>
        <Button size="xs" variant="outline" onClick={choose} aria-label={t("action.named", { action: t("starter.choose"), name: title })}>
          {t("starter.choose")}
        </Button>
      </Flex>
      <Text fontSize="sm" color="fg.muted">
        {starterText(starter.name, starter.description)}
      </Text>
      <Box mt="auto">
        <StepsPreview steps={stepsIn(starter.definition)} />
      </Box>
    </Flex>
  );
}

function StarterDialog({ close }: { close: () => void }) {
  const navigate = useNavigate();
  const starters = useStarters();
  const choose = (name: string) => {
    close();
    void navigate(paths.newFromStarter(name));
  };
  return (
    <DialogFrame title={t("starter.title")} close={close} size="xl" scrollBehavior="inside">
      <Dialog.Body>
        <Text mb={3}>{t("starter.hint")}</Text>
        <Loaded of={starters}>
          {({ items }) => (
            <SimpleGrid as="ul" columns={{ base: 1, md: 2 }} gap={3} listStyleType="none">
              {items.map((starter) => (
                <Card key={starter.name} starter={starter} choose={() => choose(starter.name)} />
              ))}
            </SimpleGrid>
          )}
        </Loaded>
      </Dialog.Body>
      <CloseFooter close={close} />
    </DialogFrame>
  );
}

export function StarterButton() {
  const [choosing, setChoosing] = useState(false);
  return (
    <>
      <Button size="sm" variant="outline" onClick={() => setChoosing(true)}>
        {t("starter.button")}
      </Button>
      {choosing && <StarterDialog close={() => setChoosing(false)} />}
    </>
  );
}
