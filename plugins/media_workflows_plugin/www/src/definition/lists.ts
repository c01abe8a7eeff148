// Splits at commas of both kinds and at white space: time offsets and extensions.
export function splitList(text: string): string[] {
  return text.split(/[,，、\s]+/).filter(Boolean);
}

// Tags may contain spaces: they are split at commas alone.
export function splitTags(text: string): string[] {
  return trimmed(text.split(/[,，、\n]/));
}

// Splits at commas alone: tags, labels and names may contain spaces.
export const splitCommas = (text: string) => nonEmpty(text.split(/[,，、]/));

export const linesIn = (text: string) => nonEmpty(text.split("\n"));

// One word per line, each once.
export function splitLines(text: string): string[] {
  return trimmed(text.split("\n"));
}

const nonEmpty = (parts: string[]) => parts.map((part) => part.trim()).filter(Boolean);
const trimmed = (parts: string[]) => [...new Set(nonEmpty(parts))];

export function moved<Item>(items: Item[], from: number, to: number): Item[] {
  const rest = items.filter((_, at) => at !== from);
  return [...rest.slice(0, to), items[from]!, ...rest.slice(to)];
}
