// Calls about the library of words (media_workflows.domain.words).
import { apiUrl, get, post, put, remove } from "./client";
import type { Model, Page } from "./types";

export const MAX_WORDS = 100; // in one call
export const WORD_USAGES = ["all", "review", "review.asr", "review.ocr", "recognition", "recognition.asr", "recognition.ocr"];

export interface WordChange {
  usages: string[];
  tags: string[];
}

export type Word = Model<"StoredWord">;
export type WordImport = Model<"WordImport">;

export const MAX_LIST_BYTES = 4 * 1024 * 1024; // of a file of words (media_workflows.domain.word_lists)
export const WORD_LIST_ENCODINGS = ["auto", "utf-8", "utf-16", "gb18030"];

export interface WordListFile {
  content: string; // base64
  encoding: string;
  existing: string;
  skip_bad_rows: boolean;
}

export interface WordQuery {
  search: string;
  usage: string;
  tag: string;
  offset: number;
  limit: number;
}

export const listWords = (query: WordQuery) => get<Page<Word>>("words", { ...query });
export const createWords = (keywords: string[], change: WordChange) => post<Word[]>("words", { ...change, words: keywords.map((keyword) => ({ keyword })) });
export const updateWord = (keyword: string, { usages, tags }: WordChange) => put<Word>(`words/${encodeURIComponent(keyword)}`, { usages, tags });
export const deleteWords = (keywords: string[]) => remove(`words?${new URLSearchParams(keywords.map((keyword) => ["keyword", keyword]))}`);
export const importWords = (file: WordListFile) => post<WordImport>("words/import", file);
export const wordListUrl = ({ search, usage, tag }: Pick<WordQuery, "search" | "usage" | "tag">) => apiUrl("words/export", { search, usage, tag });
