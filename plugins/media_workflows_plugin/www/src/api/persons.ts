// Calls about the library of persons (media_workflows.domain.persons).
import { get, post, put, remove } from "./client";
import type { Model, Page } from "./types";

export const MAX_FACES = 5;
export const PERSON_USAGES = ["all", "review", "recognition"]; // of one medium only, the face: "review.face" says the same

export interface PersonDefinition {
  name: string;
  description: string;
  usages: string[];
  tags: string[];
}

export type Person = Model<"PersonAnswer">;

export interface PersonQuery {
  search: string;
  tag: string;
  offset: number;
  limit: number;
}

export const listPersons = (query: PersonQuery) => get<Page<Person>>("persons", { ...query });
export const createPerson = (definition: PersonDefinition, pictures: string[]) => post<Person>("persons", { ...definition, faces: pictures.map((content) => ({ content })) });
export const updatePerson = (id: number, definition: PersonDefinition) => put<Person>(`persons/${id}`, definition);
export const deletePerson = (id: number) => remove(`persons/${id}`);
export const addFace = (id: number, content: string) => post<Person>(`persons/${id}/faces`, { content });
export const deleteFace = (id: number, face: number) => remove(`persons/${id}/faces/${face}`);
