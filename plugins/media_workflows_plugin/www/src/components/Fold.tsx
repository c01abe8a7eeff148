// A collapsible section, by the browser's <details>.
import { Box } from "@chakra-ui/react";
import { type ReactNode, useState } from "react";

export function Fold({ title, open = false, children }: { title: ReactNode; open?: boolean; children: ReactNode }) {
  const [opened, setOpened] = useState(open);
  return (
    <Box as="details" mt={3} {...{ open: open || opened }} onToggle={(event) => setOpened((event.currentTarget as unknown as HTMLDetailsElement).open)}>
      <Box as="summary" cursor="pointer" color="fg.muted" fontSize="sm" py={1}>
        {title}
      </Box>
      <Box pt={2}>{(open || opened) && children}</Box>
    </Box>
  );
}
