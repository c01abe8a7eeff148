// The chosen files of an input, which can then be chosen again. Copied first: the list empties with its input.
export function takeFiles(input: HTMLInputElement): File[] {
  const files = [...(input.files ?? [])];
  input.value = "";
  return files;
}
