// The graph of a run with the state of each step, to look at.
import { useCallback, useMemo } from "react";

import { drawable, edgesOf } from "./edges";
import { CanvasNode } from "./CanvasNode";
import { LazyCanvas } from "./LazyCanvas";
import type { Step } from "../../definition/steps";
import { t } from "../../i18n";

export function RunCanvas({ steps, states }: { steps: Step[]; states: Record<string, string> }) {
  const shown = useMemo(() => drawable(steps), [steps]);
  const draw = useCallback((id: string) => <CanvasNode step={shown.find((step) => step.id === id)!} state={states[id]} />, [shown, states]);
  return <LazyCanvas ids={shown.map((step) => step.id)} edges={edgesOf(shown)} draw={draw} label={t("canvas.label")} />;
}
