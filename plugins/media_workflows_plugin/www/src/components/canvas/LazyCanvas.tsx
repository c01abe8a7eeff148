// The canvas, fetched when it is first shown.
import { Box } from "@chakra-ui/react";

import type { CanvasProps } from "../../canvas/types";
import { useIsDark } from "../../hooks/useIsDark";
import { t } from "../../i18n";
import { lazyPage } from "../lazyPage";

const Canvas = lazyPage(async () => (await import("../../canvas/Canvas")).default);

type Props = Omit<CanvasProps, "inputLabel" | "isDark" | "controls">;

export function LazyCanvas(props: Props) {
  const controls = { zoomIn: t("canvas.zoom_in"), zoomOut: t("canvas.zoom_out"), fitView: t("canvas.fit") };
  const isDark = useIsDark();
  return (
    <Box h="26rem" borderWidth={1} borderRadius="md" overflow="hidden">
      <Canvas {...props} inputLabel={t("field.input")} isDark={isDark} controls={controls} />
    </Box>
  );
}
