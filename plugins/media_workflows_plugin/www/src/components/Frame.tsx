// The frame of every page: query cache, language, messages. `children` is called again when the language changes: each text is
// drawn again, and nothing is mounted again, so that what is typed stays.
import { Box } from "@chakra-ui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useLocation } from "react-router-dom";

import { queries } from "../api/queries";
import { useLanguage } from "../i18n";
import { Messages } from "./Messages";

export function Frame({ children }: { children: () => ReactNode }) {
  const language = useLanguage();
  const { pathname, search } = useLocation();
  if (!language) return null;
  return (
    <QueryClientProvider client={queries}>
      <Box className="media-workflows" fontSize="sm" lang={language === "zh" ? "zh-CN" : "en"} p={{ base: 2, md: 4 }} pb={0} maxW="90rem" h="100%" overflowY="auto" data-testid="media-workflows" data-address={pathname + search}>
        <Messages />
        {children()}
      </Box>
    </QueryClientProvider>
  );
}
