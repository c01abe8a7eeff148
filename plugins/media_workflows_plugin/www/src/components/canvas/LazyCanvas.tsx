// The canvas, fetched when it is first shown.
import { Box, Text } from "@chakra-ui/react";
import { lazy, Suspense } from "react";

import type { CanvasProps } from "../../canvas/types";
import { t } from "../../i18n";

const Canvas = lazy(() => import("../../canvas/Canvas"));

type Props = Omit<CanvasProps, "inputLabel" | "isDark" | "controls">;

export function LazyCanvas(props: Props) {
  const controls = { zoomIn: t("canvas.zoom_in"), zoomOut: t("canvas.zoom_out"), fitView: t("canvas.fit") };
  const isDark = document.documentElement.classList.contains("dark");
  return (
    <Box h="26rem" borderWidth={1} borderRadius="md" overflow="hidden">
      <Suspense fallback={<Text p={3}>{t("app.loading")}</Text>}>
        <Canvas {...props} inputLabel={t("field.input")} isDark={isDark} controls={controls} />
      </Suspense>
    </Box>
  );
}
