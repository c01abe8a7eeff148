// Splits at commas of both kinds and at white space: time offsets, extensions and keys are typed in one line.
export function splitList(text: string): string[] {
  return text.split(/[,，、\s]+/).filter(Boolean);
}
