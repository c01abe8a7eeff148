import type { Step } from "../../../definition/steps";

// What a field of a step is given: the step's place, and all steps.
export interface StepFieldProps {
  index: number;
  steps: Step[];
}
