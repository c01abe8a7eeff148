// Calls about costs and budgets.
import { get } from "./client";
import type { Model } from "./types";

export type Costs = Model<"Costs">;
export type BudgetStatus = Model<"BudgetStatus">;
export type WorkflowBudget = Model<"WorkflowBudget">;
export type Bill = Model<"Bill">;
export type OwnCost = Model<"OwnCost">;
export type VendorBill = Model<"VendorBill">;

export const getCosts = () => get<Costs>("costs");
export const getBudget = (workflow: string) => get<BudgetStatus>(`workflows/${workflow}/budget`);
