// A page in a file of its own, fetched when it is first shown.
import { Skeleton } from "@chakra-ui/react";
import { type ComponentType, lazy, Suspense } from "react";

import { t } from "../i18n";
import { ErrorNote } from "./ErrorNote";

// After an update of the product, the files of the pages that a browser has open are gone.
const NotLoaded = () => <ErrorNote error={new Error(t("app.not_loaded"))} />;

export function lazyPage<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const Page = lazy<ComponentType<Props>>(async () => ({ default: await load().catch(() => NotLoaded) }));
  return (props) => (
    <Suspense fallback={<Skeleton height="6rem" role="status" aria-busy aria-label={t("app.loading")} />}>
      <Page {...props} />
    </Suspense>
  );
}
