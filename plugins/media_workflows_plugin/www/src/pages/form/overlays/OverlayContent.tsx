// What an overlay shows, as far as the browser can draw it: the encoder has fonts of its own.
import { Box, chakra } from "@chakra-ui/react";

import type { JsonObject } from "../../../api/types";
import type { Size } from "../../../definition/overlays";

const BASE64_OF_PNG = "iVBOR";

export function OverlayContent({ value, box }: { value: JsonObject; box: Size }) {
  const mark = value.mark as JsonObject | undefined;
  if (mark?.type === "image" && mark.content) {
    const type = String(mark.content).startsWith(BASE64_OF_PNG) ? "png" : "jpeg";
    return <Picture address={`data:image/${type};base64,${String(mark.content)}`} />;
  }
  if (mark?.type === "svg" && mark.svg) return <Picture address={`data:image/svg+xml,${encodeURIComponent(String(mark.svg))}`} />;
  if (mark?.type === "text") return <Text {...box} text={String(mark.text ?? "")} color={String(mark.font_color ?? "0xFFFFFF").replace("0x", "#")} alpha={Number(mark.font_alpha ?? 1)} />;
  return <Box boxSize="100%" backdropFilter={value.template === undefined && !mark ? "blur(6px)" : undefined} />; // a mosaic, or a template's
}

const Picture = ({ address }: { address: string }) => <chakra.img src={address} alt="" boxSize="100%" draggable={false} pointerEvents="none" />;

function Text({ width, height, text, color, alpha }: Size & { text: string; color: string; alpha: number }) {
  const lines = text.split("\n");
  const pitch = height / lines.length;
  return (
    <chakra.svg viewBox={`0 0 ${width} ${height}`} boxSize="100%" preserveAspectRatio="none" pointerEvents="none" aria-hidden>
      {lines.map((line, index) => (
        <text key={index} x={0} y={(index + 0.85) * pitch} fontSize={pitch} fill={color} fillOpacity={alpha} textLength={lines.length === 1 ? width : undefined} lengthAdjust="spacingAndGlyphs">
          {line}
        </text>
      ))}
    </chakra.svg>
  );
}
