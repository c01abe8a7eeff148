// A card of a list: it collapses, and is moved by its handle (dragged, or with arrow keys) and by buttons.
import { Box, Button, Flex, Heading, IconButton, Text } from "@chakra-ui/react";
import { type DragEvent, type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { LuArrowDown, LuArrowUp, LuChevronDown, LuChevronRight, LuGripVertical } from "react-icons/lu";

import { fieldId } from "../../../components/fields/FieldFrame";
import type { Piece } from "../../../definition/copying";
import { useForm } from "../../../definition/FormContext";
import { below, isWithin } from "../../../definition/path";
import { t } from "../../../i18n";
import { problemText } from "../../../i18n/errors";
import { CopyButton } from "./CopyButton";
import { useFolded } from "./FoldAll";
import { type CardMoves, moveId } from "./useCards";

interface Props extends CardMoves {
  list: string; // the path of the list
  index: number;
  count: number;
  name: string; // for controls
  title: string;
  piece?: Piece; // what a copy takes to another workflow
  children: ReactNode;
}

// The card that is dragged: a browser shows the data of a drag only when it is dropped.
let dragged: { list: string; index: number; moveTo: (to: number) => void } | null = null;

export function Card({ list, index, count, name, title, piece, move, duplicate, remove, children }: Props) {
  const { problems } = useForm();
  const [folded, setFolded] = useFolded();
  const [isTarget, setTarget] = useState(false);
  const card = useRef<HTMLFieldSetElement>(null);
  const path = below(list, index);
  const within = problems.filter(({ field }) => isWithin(field, path));
  const open = !folded || within.length > 0;
  const own = within.find(({ field }) => field === path);
  const named = (action: string) => t("action.named", { action, name });
  const takes = () => dragged?.list === list && dragged.index !== index;
  const over = (event: DragEvent) => {
    if (!takes()) return;
    event.preventDefault();
    setTarget(true);
  };
  const drop = (event: DragEvent) => {
    setTarget(false);
    if (!takes()) return;
    event.preventDefault();
    dragged?.moveTo(index);
  };
  const start = (event: DragEvent) => {
    dragged = { list, index, moveTo: (to) => move(to, "grip") };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", name);
    if (card.current) event.dataTransfer.setDragImage(card.current, 20, 20);
  };
  const press = (event: KeyboardEvent) => {
    const to = index + ({ ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0);
    if (to === index) return;
    event.preventDefault();
    if (to >= 0 && to < count) move(to, "grip");
  };
  return (
    <Box
      as="fieldset"
      ref={card}
      borderWidth={1}
      borderColor={isTarget ? "brand.solid" : undefined}
      borderRadius="md"
      bg="bg.subtle"
      p={3}
      mb={3}
      minW={0}
      aria-label={name}
      data-testid={path}
      onDragOver={over}
      onDragLeave={() => setTarget(false)}
      onDrop={drop}
    >
      <Flex justify="space-between" mb={open ? 3 : 0} gap={2} wrap="wrap">
        <Flex align="center" gap={1} minW={0}>
          {count > 1 && (
            <IconButton asChild size="xs" variant="ghost" cursor="grab">
              {/* biome-ignore lint/a11y/useSemanticElements: Firefox drags no button */}
              <span role="button" tabIndex={0} draggable id={moveId(path, "grip")} aria-label={t("cards.grip", { name })} onDragStart={start} onDragEnd={() => (dragged = null)} onKeyDown={press}>
                <LuGripVertical aria-hidden />
              </span>
            </IconButton>
          )}
          <Heading as="h3" size="sm" id={fieldId(path)} tabIndex={-1} overflowWrap="anywhere">
            <Button variant="plain" size="sm" px={1} h="auto" fontWeight="inherit" whiteSpace="normal" textAlign="start" aria-expanded={open} onClick={() => setFolded(open)}>
              {open ? <LuChevronDown aria-hidden /> : <LuChevronRight aria-hidden />} {title}
            </Button>
          </Heading>
        </Flex>
        <Flex gap={1} wrap="wrap">
          {count > 1 && (
            <>
              <IconButton size="xs" variant="ghost" id={moveId(path, "up")} disabled={index === 0} onClick={() => move(index - 1, "up")} aria-label={named(t("steps.up"))} title={t("steps.up")}>
                <LuArrowUp aria-hidden />
              </IconButton>
              <IconButton size="xs" variant="ghost" id={moveId(path, "down")} disabled={index === count - 1} onClick={() => move(index + 1, "down")} aria-label={named(t("steps.down"))} title={t("steps.down")}>
                <LuArrowDown aria-hidden />
              </IconButton>
            </>
          )}
          <Button size="xs" variant="ghost" onClick={duplicate} aria-label={named(t("action.duplicate"))}>
            {t("action.duplicate")}
          </Button>
          {piece && <CopyButton piece={piece} name={name} />}
          {remove && (
            <Button size="xs" variant="ghost" colorPalette="red" onClick={remove} aria-label={t("form.remove_named", { name })}>
              {t("form.remove")}
            </Button>
          )}
        </Flex>
      </Flex>
      {own && (
        <Text color="red.fg" fontSize="sm" mb={2}>
          {problemText(own)}
        </Text>
      )}
      {open && children}
    </Box>
  );
}
