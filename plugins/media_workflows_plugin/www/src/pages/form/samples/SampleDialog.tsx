// Tries the form's definition on some seconds of an object: each output beside the source, with quality and size.
import { Box, Button, Dialog, Field, Flex, Input, NativeSelect, Text } from "@chakra-ui/react";
import { useState } from "react";

import { SAMPLE_LENGTHS_S } from "../../../api/samples";
import type { JsonObject } from "../../../api/types";
import { CloseFooter } from "../../../components/CloseFooter";
import { DialogFrame } from "../../../components/DialogFrame";
import { ErrorNote } from "../../../components/ErrorNote";
import { useForm } from "../../../definition/FormContext";
import { stepLabel } from "../../../definition/labels";
import { t } from "../../../i18n";
import { messageText } from "../../../i18n/errors";
import { formatSeconds } from "../../../i18n/format";
import { ObjectKey } from "../ObjectKey";
import { SampleCard } from "./SampleCard";
import { secondsOf } from "./seconds";
import { useSamples } from "./useSamples";

export default function SampleDialog({ close }: { close: () => void }) {
  const { value } = useForm();
  const [key, setKey] = useState("");
  const [at, setAt] = useState("");
  const [length_s, setLength] = useState(SAMPLE_LENGTHS_S[0]!);
  const { tried, skipped, error, isPending, run, stop, drop } = useSamples();
  // What is shown is of the object and range that are chosen.
  const changing = <Value,>(set: (value: Value) => void) => (value: Value) => {
    set(value);
    drop();
  };
  const source = tried.find(({ output }) => output === null)?.address;
  return (
    <DialogFrame title={t("sample.title")} close={close} size="xl" scrollBehavior="inside" closeOnInteractOutside={false}>
      <Dialog.Body>
        <Text mb={3}>{t("sample.hint")}</Text>
        <Flex gap={3} wrap="wrap" align="end" mb={4}>
          <Field.Root flex="1 1 16rem" width="auto">
            <Field.Label>{t("place.object")}</Field.Label>
            <ObjectKey value={key} change={changing(setKey)} />
          </Field.Root>
          <Field.Root width="9rem">
            <Field.Label>{t("sample.at")}</Field.Label>
            <Input size="sm" type="number" min={0} step="any" value={at} onChange={(event) => changing(setAt)(event.target.value)} placeholder={t("sample.middle")} />
          </Field.Root>
          <Field.Root width="7rem">
            <Field.Label>{t("sample.length")}</Field.Label>
            <NativeSelect.Root size="sm">
              <NativeSelect.Field value={length_s} onChange={(event) => changing(setLength)(Number(event.target.value))}>
                {SAMPLE_LENGTHS_S.map((seconds) => (
                  <option key={seconds} value={seconds}>
                    {formatSeconds(seconds)}
                  </option>
                ))}
              </NativeSelect.Field>
              <NativeSelect.Indicator />
            </NativeSelect.Root>
          </Field.Root>
          {isPending ? (
            <Button size="sm" variant="outline" onClick={stop}>
              {t("sample.stop")}
            </Button>
          ) : (
            <Button size="sm" colorPalette="brand" disabled={!key} onClick={() => void run(value as JsonObject, key, { at_s: secondsOf(at), length_s })}>
              {t("sample.go")}
            </Button>
          )}
        </Flex>
        <ErrorNote error={error} />
        <Flex as="ul" direction="column" gap={3} listStyleType="none" aria-busy={isPending}>
          {tried.map((one, index) => (
            <SampleCard key={index} tried={one} source={source} />
          ))}
        </Flex>
        <Box mt={2} fontSize="sm" color="fg.muted">
          {tried.length === 1 && <Text>{t("sample.none")}</Text>}
          {skipped.map(({ step_id, kind, reads, message }, index) => (
            <Text key={index}>{reads ? t("sample.reads", { step: stepLabel(step_id, kind), reads }) : `${stepLabel(step_id, kind)}: ${messageText(message)}`}</Text>
          ))}
        </Box>
      </Dialog.Body>
      <CloseFooter close={close} />
    </DialogFrame>
  );
}
