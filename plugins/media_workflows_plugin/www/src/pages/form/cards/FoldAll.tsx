// Collapses or expands all cards around which it stands.
import { Button } from "@chakra-ui/react";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

import { t } from "../../../i18n";

const AllFolded = createContext({ folded: false, round: 0 });

// `children` are given the button that folds, for their heading.
export function FoldAll({ children }: { children: (button: ReactNode) => ReactNode }) {
  const [all, setAll] = useState({ folded: false, round: 0 });
  const button = (
    <Button size="xs" variant="ghost" onClick={() => setAll({ folded: !all.folded, round: all.round + 1 })}>
      {t(all.folded ? "cards.expand_all" : "cards.collapse_all")}
    </Button>
  );
  return <AllFolded value={all}>{children(button)}</AllFolded>;
}

export function useFolded(): [boolean, (folded: boolean) => void] {
  const { folded: allFolded, round } = useContext(AllFolded);
  const [folded, setFolded] = useState(false);
  useEffect(() => {
    if (round > 0) setFolded(allFolded);
  }, [allFolded, round]);
  return [folded, setFolded];
}
