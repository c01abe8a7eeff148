// Chooses pictures from the disk.
import { Input } from "@chakra-ui/react";

import { takeFiles } from "./takeFiles";

export function PicturesInput({ pick }: { pick: (files: File[]) => void }) {
  return <Input size="sm" p={1} type="file" multiple accept="image/jpeg,image/png" onChange={({ target }) => pick(takeFiles(target))} />;
}
