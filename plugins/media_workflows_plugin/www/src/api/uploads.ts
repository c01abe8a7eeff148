// The uploads of this browser page, by workflow, newest first. They are no component's: a transfer goes on while another
// tab or page is shown, and its row is there on return. `useUploads` shows them.
import { ApiError } from "./client";
import { discardParts, mayGoOn, type Sent, upload } from "./upload";

type Phase = "sending" | "exists" | "sent" | "failed" | "cancelled";

// A state is replaced, never changed, so that a component sees the difference.
export interface UploadState {
  number: number;
  workflow: string;
  file: File;
  phase: Phase;
  sent_bytes: number;
  isInterrupted: boolean; // the connection was dropped, and is tried again
  error: Error | null;
  overwrite: boolean;
  sent: Sent | null;
}

const KEPT = 100; // ended ones of all workflows
const AT_ONCE = 3; // the others wait: their links, which live 15 minutes, are made when it is their turn

let states: readonly UploadState[] = [];
let next = 0;
let running = 0;
const turns: (() => void)[] = [];
const stops = new Map<number, AbortController>();
const listeners = new Set<() => void>();

export const allUploads = () => states;

// Calls `changed` after each change until the returned function is called.
export function watchUploads(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

function set(changed: readonly UploadState[]): void {
  states = changed;
  const isSending = states.some(({ phase }) => phase === "sending");
  (isSending ? addEventListener : removeEventListener)("beforeunload", warn);
  for (const listener of listeners) listener();
}

// The browser asks before the page is left: a transfer ends with it.
const warn = (event: Event) => event.preventDefault();

const update = (number: number, change: Partial<UploadState>) => set(states.map((one) => (one.number === number ? { ...one, ...change } : one)));

export const isEnded = ({ phase }: UploadState) => phase !== "sending" && phase !== "exists";

function withoutOldest(all: UploadState[]): UploadState[] {
  const ended = all.filter(isEnded).slice(KEPT);
  return all.filter((one) => !ended.includes(one));
}

// Resolves when this transfer may begin as one of AT_ONCE, or is cancelled; null = at once. `ended` lets the next one begin.
function turn(signal: AbortSignal): Promise<void> | null {
  if (running < AT_ONCE) {
    running++;
    return null;
  }
  return new Promise((begin) => {
    turns.push(begin);
    signal.addEventListener("abort", () => {
      const place = turns.indexOf(begin);
      if (place < 0) return;
      turns.splice(place, 1);
      running++;
      begin();
    });
  });
}

function ended(): void {
  running--;
  if (running >= AT_ONCE) return; // this one was cancelled before its turn
  const begin = turns.shift();
  if (!begin) return;
  running++;
  begin();
}

async function start(number: number, overwrite: boolean): Promise<void> {
  const { workflow, file } = states.find((one) => one.number === number)!;
  const stop = new AbortController();
  stops.set(number, stop);
  update(number, { phase: "sending", isInterrupted: false, error: null, overwrite });
  const progress = (sent_bytes: number) => update(number, { sent_bytes });
  const interrupted = (isInterrupted: boolean) => update(number, { isInterrupted });
  const waiting = turn(stop.signal);
  if (waiting) await waiting;
  try {
    stop.signal.throwIfAborted();
    const sent = await upload(workflow, file, { overwrite, progress, interrupted, signal: stop.signal });
    update(number, { phase: "sent", sent });
  } catch (thrown) {
    const exists = thrown instanceof ApiError && thrown.status === 409 && !overwrite;
    if (stop.signal.aborted) update(number, { phase: "cancelled" });
    else if (exists) update(number, { phase: "exists" });
    else update(number, { phase: "failed", error: thrown as Error });
  } finally {
    stops.delete(number);
    ended();
  }
}

export function addUploads(workflow: string, files: File[]): void {
  const added = files.map((file): UploadState => ({ number: next++, workflow, file, phase: "sending", sent_bytes: 0, isInterrupted: false, error: null, overwrite: false, sent: null }));
  set(withoutOldest([...added, ...states]));
  for (const { number } of added) void start(number, false);
}

export const overwriteUpload = ({ number }: UploadState) => void start(number, true);

// Whether the transfer may succeed if it goes on.
export const canGoOn = ({ phase, error }: UploadState) => phase === "failed" && mayGoOn(error);

export const goOn = ({ number, overwrite }: UploadState) => void start(number, overwrite);

export const cancelUpload = ({ number }: UploadState) => stops.get(number)?.abort();

// The answer to "exists" unless it is overwritten already.
export function keepExisting({ number, file, phase }: UploadState): void {
  if (phase === "exists") void discardParts(file);
  set(states.map((one) => (one.number === number && one.phase === "exists" ? { ...one, phase: "cancelled" } : one)));
}

export const removeEnded = (workflow: string) => set(states.filter((one) => one.workflow !== workflow || !isEnded(one)));
