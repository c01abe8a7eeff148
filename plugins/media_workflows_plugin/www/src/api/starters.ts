// Calls about starters: definitions to begin with.
import { get } from "./client";
import type { Definition, Model } from "./types";

export type Starter = Omit<Model<"Starter">, "definition"> & { definition: Definition };

export const listStarters = () => get<{ items: Starter[] }>("starters");
