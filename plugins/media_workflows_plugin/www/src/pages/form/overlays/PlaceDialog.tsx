// Places the watermarks and mosaics of an item on a frame of its output. What is dragged are the fields of the form.
import { Box, Button, chakra, Dialog, Field, Flex, Input, Text, VisuallyHidden } from "@chakra-ui/react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";

import { showFrame } from "../../../api/overlays";
import type { Json, JsonObject } from "../../../api/types";
import { CloseFooter } from "../../../components/CloseFooter";
import { DialogFrame } from "../../../components/DialogFrame";
import { ErrorNote } from "../../../components/ErrorNote";
import { ObjectFields } from "../../../components/fields/ObjectFields";
import { ParametersFields } from "../../../components/fields/ParametersFields";
import { FormContext, useForm } from "../../../definition/FormContext";
import { below, valueAt } from "../../../definition/path";
import { customProperty, resolved, type Schema } from "../../../definition/schema";
import { stepsIn } from "../../../definition/steps";
import { useDebounced } from "../../../hooks/useDebounced";
import { t } from "../../../i18n";
import { messageText } from "../../../i18n/errors";
import { ObjectKey } from "../ObjectKey";
import { secondsOf } from "../samples/seconds";
import { OverlayHandle } from "./OverlayHandle";
import { useOverlays } from "./useOverlays";

interface Props {
  path: string; // of the item
  schema: Schema;
  name: string;
  close: () => void;
}

const ITEM = /^(?:jobs|steps\[(\d+)\])\.(\w+)\[(\d+)\]$/;

// The output of an item by its place in the definition.
function outputAt(definition: Json, path: string) {
  const [, step, kind, item] = ITEM.exec(path)!;
  return { step_id: step === undefined ? kind! : stepsIn(definition)[Number(step)]!.id, item: Number(item) };
}

// What the sizes of the overlays depend on, without their places and times.
function contentsOf(definition: Json, path: string): string {
  const overlays = (valueAt(definition, below(path, "watermarks")) ?? []) as JsonObject[];
  const rest = { ...(valueAt(definition, path) as JsonObject), watermarks: overlays.map(({ mark, template, text, svg }) => ({ mark, template, text, svg })) as Json, mosaics: [] };
  return JSON.stringify(rest);
}

export default function PlaceDialog({ path, schema, name, close }: Props) {
  const form = useForm();
  const id = useId();
  const [key, setKey] = useState("");
  const [at, setAt] = useState("0");
  const [chosen, choose] = useState("");
  const asked = useDebounced(JSON.stringify([key, secondsOf(at) ?? 0, contentsOf(form.value, path)]));
  const at_s = secondsOf(at) ?? 0;
  const frame = useQuery({
    queryKey: ["frame", path, asked],
    queryFn: () => showFrame(form.value as JsonObject, key, outputAt(form.value, path), at_s),
    enabled: key !== "",
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  const overlays = useOverlays(path, frame.data, at_s);
  const one = overlays.find((overlay) => overlay.path === chosen);
  return (
    <DialogFrame title={t("place.title", { name })} close={close} size="xl" scrollBehavior="inside" closeOnInteractOutside={false}>
      <Dialog.Body>
        <Text mb={3}>{t("place.hint")}</Text>
        <Flex gap={3} wrap="wrap" align="end" mb={3}>
          <Field.Root flex="1 1 16rem" width="auto">
            <Field.Label>{t("place.object")}</Field.Label>
            <ObjectKey value={key} change={setKey} />
          </Field.Root>
          <Field.Root width="9rem">
            <Field.Label>{t("place.at")}</Field.Label>
            <Input size="sm" type="number" min={0} max={frame.data?.length_s} step={0.1} value={at} onChange={(event) => setAt(event.target.value)} />
          </Field.Root>
        </Flex>
        {frame.data && <chakra.input type="range" width="100%" aria-label={t("place.at")} min={0} max={frame.data.length_s} step={0.1} value={at_s} onChange={(event) => setAt(event.target.value)} />}
        <ErrorNote error={frame.error} />
        {frame.isFetching && !frame.data && <Text role="status">{t("app.loading")}</Text>}
        {frame.data && (
          <Box position="relative" maxW={`calc(60vh * ${frame.data.width / frame.data.height})`} mx="auto" overflow="hidden" aria-busy={frame.isFetching} role="group" aria-label={t("place.frame")}>
            <chakra.img src={`data:image/jpeg;base64,${frame.data.image}`} alt={t("place.frame_at", { at: at_s, width: frame.data.width, height: frame.data.height })} display="block" width="100%" draggable={false} />
            {overlays.map(
              (overlay) =>
                overlay.box && (
                  <OverlayHandle
                    key={overlay.path}
                    overlay={overlay}
                    box={overlay.box}
                    frame={frame.data}
                    isChosen={overlay.path === chosen}
                    choose={() => choose(overlay.path)}
                    change={(value) => form.set(overlay.path, value)}
                  />
                ),
            )}
          </Box>
        )}
        {frame.data && overlays.length === 0 && <Text mt={3}>{t("place.none")}</Text>}
        {overlays.filter(({ message }) => message).map(({ path: at, name: overlay, message }) => (
          <Text key={at} mt={2} color="orange.fg">{`${overlay}: ${messageText(message)}`}</Text>
        ))}
        <VisuallyHidden role="status">{one?.box && t("place.box", { name: one.name, ...one.box })}</VisuallyHidden>
        {one && (
          <Box mt={4}>
            <Flex gap={2} mb={3} wrap="wrap" align="center">
              <Text fontWeight="semibold">{one.name}</Text>
              <Button size="xs" variant="outline" onClick={() => form.set(below(one.path, "start_offset_s"), at_s)}>
                {t("place.begin_here")}
              </Button>
              <Button size="xs" variant="outline" onClick={() => form.set(below(one.path, "end_offset_s"), at_s)}>
                {t("place.end_here")}
              </Button>
            </Flex>
            {one.isFixed && <Text mb={2}>{t("place.fixed")}</Text>}
            <FormContext value={{ ...form, id }}>
              <Fields path={one.path} schema={schema} />
            </FormContext>
          </Box>
        )}
      </Dialog.Body>
      <CloseFooter close={close} />
    </DialogFrame>
  );
}

// The fields of one overlay.
function Fields({ path, schema }: { path: string; schema: Schema }) {
  const { root } = useForm();
  const list = /(\w+)\[\d+\]$/.exec(path)![1]!;
  const item = resolved(resolved(schema.properties?.[list] ?? {}, root).items ?? {}, root);
  return customProperty(item) ? <ParametersFields path={path} schema={item} kind="watermark" /> : <ObjectFields path={path} schema={item} />;
}
