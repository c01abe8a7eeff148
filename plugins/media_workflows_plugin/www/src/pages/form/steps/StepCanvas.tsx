// The steps as a graph: connected by dragging, or by each step's menu; both change the same definition as the list.
import { Box, Button, Flex, VisuallyHidden } from "@chakra-ui/react";
import { useEffect, useRef, useState } from "react";

import type { Json } from "../../../api/types";
import { CanvasNode } from "../../../components/canvas/CanvasNode";
import { drawable, edgesOf } from "../../../components/canvas/edges";
import { LazyCanvas } from "../../../components/canvas/LazyCanvas";
import { useForm } from "../../../definition/FormContext";
import { isWithin } from "../../../definition/path";
import { connected, disconnected, emptyJob, freeId, inserted, mayPrecede, type Step, type StepKind } from "../../../definition/steps";
import { firstTemplate } from "../../../hooks/useTemplates";
import { t } from "../../../i18n";
import { menuButtonId, NodeMenu } from "./NodeMenu";

interface Change {
  before: Step[];
  after: string; // the steps as JSON: what was changed since is not undone
}

export function StepCanvas({ steps, kinds }: { steps: Step[]; kinds: StepKind[] }) {
  const { root, problems, set } = useForm();
  const [changes, setChanges] = useState<Change[]>([]);
  const [said, say] = useState("");
  const focused = useRef("");
  useEffect(() => {
    const element = focused.current ? document.getElementById(focused.current) : null;
    element?.focus();
    if (element) focused.current = "";
  });
  const change = (next: Step[], message: string) => {
    set("steps", next as Json);
    setChanges([...changes, { before: steps, after: JSON.stringify(next) }]);
    say(message);
  };
  const last = changes.at(-1);
  const undo = last && last.after === JSON.stringify(steps) ? () => {
    set("steps", last.before as Json);
    setChanges(changes.slice(0, -1));
    say(t("canvas.undone"));
  } : undefined;
  const changed = (id: string, by: (step: Step) => Step) => steps.map((step) => (step.id === id ? by(step) : step));
  const connect = (from: string, to: string) => change(changed(to, (step) => connected(step, from)), t("canvas.connected", { from, to }));
  const disconnect = (from: string, to: string) => change(changed(to, (step) => disconnected(step, from)), t("canvas.disconnected", { from, to }));
  const addAfter = async (from: string, kind: StepKind) => {
    const id = freeId(steps, kind.kind);
    const step = { id, after: [from], [kind.kind]: emptyJob(kind, root, (await firstTemplate(kind.kind))?.id) };
    focused.current = menuButtonId(id);
    change(inserted(steps, steps.findIndex((one) => one.id === from) + 1, step), t("canvas.added_after", { id, from }));
  };
  const shown = drawable(steps);
  const edges = edgesOf(shown);
  const mayConnect = (from: string, to: string) => mayPrecede(steps, from, to) && !edges.some((edge) => edge.from === from && edge.to === to);
  const draw = (id: string) => {
    const index = steps.findIndex((step) => step.id === id);
    const targets = shown.map((step) => step.id).filter((to) => mayConnect(id, to));
    const followers = edges.filter((edge) => edge.from === id).map((edge) => edge.to);
    const menu = <NodeMenu id={id} targets={targets} followers={followers} kinds={kinds} connect={connect} disconnect={disconnect} addAfter={(from, kind) => void addAfter(from, kind)} undo={undo} />;
    return <CanvasNode step={steps[index]!} isInvalid={problems.some((problem) => isWithin(problem.field, `steps[${index}]`))} menu={menu} />;
  };
  return (
    <Box>
      <LazyCanvas ids={shown.map((step) => step.id)} edges={edges} draw={draw} label={t("canvas.label")} mayConnect={mayConnect} connect={connect} />
      <Flex mt={2}>
        <Button size="xs" variant="outline" disabled={!undo} onClick={undo}>
          {t("canvas.undo")}
        </Button>
      </Flex>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </Box>
  );
}
