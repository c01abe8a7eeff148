// The frame of every page: query cache, language, messages.
import { Box } from "@chakra-ui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useLocation } from "react-router-dom";

import { queries } from "../api/queries";
import { useLanguage } from "../i18n";
import { Messages } from "./Messages";

export function Frame({ children }: { children: ReactNode }) {
  const language = useLanguage();
  const { pathname, search } = useLocation();
  if (!language) return null;
  return (
    <QueryClientProvider client={queries}>
      <Box className="media-workflows" fontSize="sm" lang={language === "zh" ? "zh-CN" : "en"} key={language} p={{ base: 2, md: 4 }} pb={0} maxW="90rem" h="100%" overflowY="auto" data-testid="media-workflows" data-address={pathname + search}>
        <Messages />
        {children}
      </Box>
    </QueryClientProvider>
  );
}
