// Calls about starters: definitions to begin with, some with questions.
import { get } from "./client";
import type { Definition, Model } from "./types";

export type Starter = Omit<Model<"Starter">, "definition"> & { definition: Definition };
export type Question = Model<"Question">;

export const listStarters = () => get<{ items: Starter[] }>("starters");

// Answers are written `question:choice`, here as in addresses of pages.
export const withAnswers = (address: string, answers: string[]) => [address, answers.map((answer) => `answer=${encodeURIComponent(answer)}`).join("&")].filter(Boolean).join(address.includes("?") ? "&" : "?");
export const answeredStarter = async (name: string, answers: string[]) => (await get<{ definition: Definition }>(withAnswers(`starters/${encodeURIComponent(name)}`, answers))).definition;
