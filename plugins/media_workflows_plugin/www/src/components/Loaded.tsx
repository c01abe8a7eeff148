// The three states of a query: loading, failed, loaded. Loaded data stays when a later read fails.
import { Skeleton } from "@chakra-ui/react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { t } from "../i18n";
import { ErrorNote } from "./ErrorNote";

export function Loaded<Data>({ of, children }: { of: UseQueryResult<Data, Error>; children: (data: Data) => ReactNode }) {
  return (
    <>
      <ErrorNote error={of.error} />
      {of.data !== undefined ? children(of.data) : of.isPending && <Skeleton height="6rem" role="status" aria-busy aria-label={t("app.loading")} />}
    </>
  );
}
