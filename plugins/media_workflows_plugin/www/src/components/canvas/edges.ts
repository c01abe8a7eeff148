import type { CanvasEdge } from "../../canvas/types";
import { directlyBefore, inputOf, type Step } from "../../definition/steps";

// The edges between steps that there are.
export function edgesOf(steps: Step[]): CanvasEdge[] {
  const ids = new Set(steps.map((step) => step.id));
  return steps.flatMap((step) => directlyBefore(step).filter((from) => ids.has(from)).map((from) => ({ from, to: step.id, isInput: inputOf(step) === from })));
}

// Steps that can be drawn: each id once.
export const drawable = (steps: Step[]) => steps.filter((step, at) => step.id !== "" && steps.findIndex((other) => other.id === step.id) === at);
