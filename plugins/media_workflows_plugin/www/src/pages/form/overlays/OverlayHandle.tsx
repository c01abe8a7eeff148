// One overlay on the frame: moved as a whole, resized at the corner opposite to its origin.
import { Box as Rectangle, chakra } from "@chakra-ui/react";

import type { JsonObject } from "../../../api/types";
import { type Box, type Frame, movedTo, resizedTo } from "../../../definition/overlays";
import { t } from "../../../i18n";
import { OverlayContent } from "./OverlayContent";
import { useDrag } from "./useDrag";
import type { PlacedOverlay } from "./useOverlays";

interface Props {
  overlay: PlacedOverlay;
  box: Box;
  frame: Frame;
  isChosen: boolean;
  choose: () => void;
  change: (value: JsonObject) => void;
}

const percent = (part: number, whole: number) => `${(part * 100) / whole}%`;

export function OverlayHandle({ overlay: { name, value, isFixed, isShown }, box, frame, isChosen, choose, change }: Props) {
  const [left, up] = [String(value.origin).endsWith("right"), String(value.origin).startsWith("bottom")]; // where it grows
  const start = { value, box };
  const isMosaic = value.mark === undefined && value.template === undefined; // it covers even pixels
  const move = useDrag(start, frame.width, isMosaic ? [2, 2] : [frame.columns, frame.rows], (from, x, y) => change(movedTo(from.value, from.box, from.box.x + x, from.box.y + y, frame)));
  const pull = useDrag(start, frame.width, isMosaic ? [2, 2] : [1, 1], (from, x, y) => {
    const size = { width: from.box.width + (left ? -x : x), height: from.box.height + (up ? -y : y) };
    change(resizedTo(from.value, from.box, size, frame));
  });
  const numbers = { name, x: box.x, y: box.y, width: box.width, height: box.height };
  const place = {
    left: percent(box.x, frame.width),
    top: percent(box.y, frame.height),
    width: percent(box.width, frame.width),
    height: percent(box.height, frame.height),
  };
  return (
    <>
      <Rectangle position="absolute" {...place} opacity={isShown ? 1 : 0.5} aria-hidden>
        <OverlayContent value={value} box={box} />
      </Rectangle>
      <chakra.button
        type="button"
        position="absolute"
        {...place}
        outline="2px solid"
        outlineColor={isChosen ? "brand.solid" : "white"}
        boxShadow="0 0 0 3px rgba(0, 0, 0, 0.6)"
        cursor={isFixed ? "default" : "move"}
        touchAction="none"
        aria-label={t(isFixed ? "place.fixed_box" : "place.box", numbers)}
        aria-pressed={isChosen}
        onFocus={choose}
        onClick={choose}
        {...(isFixed ? {} : move)}
      />
      {isChosen && !isFixed && (
        <chakra.button
          type="button"
          position="absolute"
          left={`calc(${percent(left ? box.x : box.x + box.width, frame.width)} - 0.75rem)`}
          top={`calc(${percent(up ? box.y : box.y + box.height, frame.height)} - 0.75rem)`}
          boxSize="1.5rem"
          rounded="full"
          bg="brand.solid"
          borderWidth={2}
          borderColor="white"
          cursor={left === up ? "nwse-resize" : "nesw-resize"}
          touchAction="none"
          aria-label={t("place.resize", numbers)}
          {...pull}
        />
      )}
    </>
  );
}
