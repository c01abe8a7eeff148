// The states of a query: loading, failed, loaded, and loading others while the former data are shown, dimmed: they
// are not what was asked for. Loaded data stays when a later read fails.
import { Box, Skeleton } from "@chakra-ui/react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { t } from "../i18n";
import { ErrorNote } from "./ErrorNote";

export function Loaded<Data>({ of, children }: { of: UseQueryResult<Data, Error>; children: (data: Data) => ReactNode }) {
  const isFormer = of.isPlaceholderData;
  return (
    <>
      <ErrorNote error={of.error} />
      {of.data !== undefined ? (
        <Box aria-busy={isFormer || undefined} opacity={isFormer ? 0.5 : undefined} inert={isFormer || undefined}>
          {children(of.data)}
        </Box>
      ) : (
        of.isPending && <Skeleton height="6rem" role="status" aria-busy aria-label={t("app.loading")} />
      )}
    </>
  );
}
