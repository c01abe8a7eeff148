// The comparison of two definitions, fetched when it is first shown.
import { Skeleton } from "@chakra-ui/react";
import { type ComponentProps, lazy, Suspense } from "react";

const DefinitionDiff = lazy(() => import("./DefinitionDiff"));

export function LazyDiff(props: ComponentProps<typeof DefinitionDiff>) {
  return (
    <Suspense fallback={<Skeleton height="6rem" />}>
      <DefinitionDiff {...props} />
    </Suspense>
  );
}
