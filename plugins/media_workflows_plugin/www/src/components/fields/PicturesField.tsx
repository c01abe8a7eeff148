// Pictures as base64, chosen as files and shown, each with its problem.
import { Box, Button, Flex, Image, Text } from "@chakra-ui/react";

import { base64Of } from "../../api/base64";
import { useField, useForm } from "../../definition/FormContext";
import { fieldLabel } from "../../definition/labels";
import { isWithin } from "../../definition/path";
import { t } from "../../i18n";
import { problemText } from "../../i18n/errors";
import { FieldFrame } from "./FieldFrame";
import { PicturesInput } from "./PicturesInput";

export interface Picture {
  name: string;
  content: string;
  [name: string]: string;
}

export function PicturesField({ path }: { path: string }) {
  const { problems } = useForm();
  const { value, set, problem } = useField(path);
  const pictures = (value ?? []) as Picture[];
  const add = async (files: File[]) => set([...pictures, ...(await Promise.all(files.map(async (file) => ({ name: file.name, content: await base64Of(file) }))))]);
  return (
    <Box>
      <FieldFrame path={path} label={fieldLabel("faces")} hint={t("persons.faces_hint")} problem={problem}>
        <PicturesInput pick={add} />
      </FieldFrame>
      {pictures.map(({ name, content }, at) => (
        <Flex key={at} gap={3} mt={2} align="center">
          <Image src={`data:image/png;base64,${content}`} alt="" boxSize="3rem" objectFit="cover" borderRadius="md" />
          <Box flex={1} minW={0}>
            <Text overflowWrap="anywhere">{name}</Text>
            {problems.filter(({ field }) => isWithin(field, `${path}[${at}]`)).map((problem) => (
              <Text key={problem.field} color="red.fg" fontSize="sm">
                {problemText(problem)}
              </Text>
            ))}
          </Box>
          <Button size="xs" variant="ghost" aria-label={t("form.remove_named", { name })} onClick={() => set(pictures.filter((_, other) => other !== at))}>
            {t("form.remove")}
          </Button>
        </Flex>
      ))}
    </Box>
  );
}
