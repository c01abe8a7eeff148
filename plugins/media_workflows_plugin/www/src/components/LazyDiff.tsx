// The comparison of two definitions, fetched when it is first shown.
import { lazyPage } from "./lazyPage";

export const LazyDiff = lazyPage(async () => (await import("./DefinitionDiff")).default);
