// The call of the first page.
import { get } from "./client";
import type { Model } from "./types";

export type Home = Model<"Home">;
export type Health = Model<"Health">;
export type WorkflowActivity = Model<"WorkflowActivity">;

export const getHome = () => get<Home>("home");
