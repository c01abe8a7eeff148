// The call of the costs page.
import { get } from "./client";
import type { Model } from "./types";

export type Costs = Model<"Costs">;
export type Bill = Model<"Bill">;
export type OwnCost = Model<"OwnCost">;
export type VendorBill = Model<"VendorBill">;

export const getCosts = () => get<Costs>("costs");
