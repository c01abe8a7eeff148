// Seconds as they are typed; null = not a number.
export function secondsOf(text: string): number | null {
  const seconds = Number(text);
  return text.trim() !== "" && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
