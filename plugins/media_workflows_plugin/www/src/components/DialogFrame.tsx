// A dialog with its title. It cannot be closed while it is `busy`.
import { Dialog, Portal } from "@chakra-ui/react";
import type { ReactNode } from "react";

interface Props extends Pick<Dialog.RootProps, "role" | "size" | "placement" | "scrollBehavior" | "closeOnInteractOutside" | "initialFocusEl"> {
  title: string;
  busy?: boolean;
  close: () => void;
  children: ReactNode; // body and footer
}

export function DialogFrame({ title, busy = false, close, children, ...look }: Props) {
  return (
    <Dialog.Root open onOpenChange={({ open }) => open || busy || close()} {...look}>
      <Portal>
        <Dialog.Backdrop />
        <Dialog.Positioner>
          <Dialog.Content mx={3}>
            <Dialog.Header>
              <Dialog.Title overflowWrap="anywhere">{title}</Dialog.Title>
            </Dialog.Header>
            {children}
          </Dialog.Content>
        </Dialog.Positioner>
      </Portal>
    </Dialog.Root>
  );
}
