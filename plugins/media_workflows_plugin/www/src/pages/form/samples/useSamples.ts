// Samples of all outputs, made one after another: the source first. What is made is dropped with the dialog.
import { useCallback, useEffect, useRef, useState } from "react";

import { listOutputs, makeSample, type Sample, type SampleOutput, type SampleRange, type SkippedOutput } from "../../../api/samples";
import type { JsonObject } from "../../../api/types";

export interface Tried {
  output: SampleOutput | null; // null = the source
  state: "waiting" | "making" | "made" | "failed";
  sample?: Sample;
  address?: string; // of the file, within the browser
  error?: Error;
}

export interface Samples {
  tried: Tried[];
  skipped: SkippedOutput[];
  error: Error | null; // of the list of outputs
  isPending: boolean;
}

const NONE: Samples = { tried: [], skipped: [], error: null, isPending: false };

export function fileOf({ content, content_type }: Sample): Blob {
  return new Blob([Uint8Array.from(atob(content), (char) => char.charCodeAt(0))], { type: content_type });
}

async function made(one: Tried, ask: (output: SampleOutput | null) => Promise<Sample>): Promise<Tried> {
  try {
    const sample = await ask(one.output);
    return { ...one, state: "made", sample, address: sample.content ? URL.createObjectURL(fileOf(sample)) : undefined };
  } catch (error) {
    return { ...one, state: "failed", error: error as Error };
  }
}

export function useSamples() {
  const [samples, setSamples] = useState<Samples>(NONE);
  const round = useRef(0); // a later one, or the end of the dialog, ends those before it
  const addresses = useRef<string[]>([]);
  const clear = useCallback(() => {
    round.current += 1;
    for (const address of addresses.current) URL.revokeObjectURL(address);
    addresses.current = [];
  }, []);
  useEffect(() => clear, [clear]);

  const run = async (definition: JsonObject, key: string, range: SampleRange) => {
    clear();
    const own = round.current;
    const isCurrent = () => own === round.current;
    setSamples({ ...NONE, isPending: true });
    try {
      const { outputs, skipped } = await listOutputs(definition, key);
      if (!isCurrent()) return;
      let tried: Tried[] = [null, ...outputs].map((output) => ({ output, state: "waiting" }));
      for (let at = 0; at < tried.length; at++) {
        const one = tried[at]!;
        const shown = (now: Tried) => {
          tried = tried.map((other, place) => (place === at ? now : other));
          setSamples({ tried, skipped, error: null, isPending: true });
        };
        shown({ ...one, state: "making" });
        const done = await made(one, (output) => makeSample(definition, key, range, output));
        if (!isCurrent()) {
          if (done.address) URL.revokeObjectURL(done.address);
          return;
        }
        if (done.address) addresses.current.push(done.address);
        shown(done);
      }
      setSamples({ tried, skipped, error: null, isPending: false });
    } catch (error) {
      if (isCurrent()) setSamples({ ...NONE, error: error as Error });
    }
  };
  const stop = () => {
    round.current += 1;
    setSamples((now) => ({ ...now, isPending: false, tried: now.tried.filter(({ state }) => state === "made" || state === "failed") }));
  };
  const drop = () => {
    clear();
    setSamples(NONE);
  };
  return { ...samples, run, stop, drop };
}
