// What can be done with a step on the canvas, without dragging.
import { IconButton, Menu, Portal } from "@chakra-ui/react";
import { LuEllipsis } from "react-icons/lu";

import { kindLabel } from "../../../definition/labels";
import type { StepKind } from "../../../definition/steps";
import { t } from "../../../i18n";

interface Props {
  id: string;
  targets: string[]; // that it can be connected to
  followers: string[]; // that it is connected to
  kinds: StepKind[];
  connect: (from: string, to: string) => void;
  disconnect: (from: string, to: string) => void;
  addAfter: (from: string, kind: StepKind) => void;
  undo?: () => void;
}

export const menuButtonId = (id: string) => `node-menu-${id}`;

interface Choice {
  value: string;
  label: string;
  act: () => void;
}

function Submenu({ label, choices }: { label: string; choices: Choice[] }) {
  if (choices.length === 0) return null;
  return (
    <Menu.Root positioning={{ placement: "right-start" }} onSelect={({ value }) => choices.find((choice) => choice.value === value)?.act()}>
      <Menu.TriggerItem>{label}</Menu.TriggerItem>
      <Portal>
        <Menu.Positioner>
          <Menu.Content maxH="20rem" overflowY="auto">
            {choices.map(({ value, label }) => (
              <Menu.Item key={value} value={value}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Content>
        </Menu.Positioner>
      </Portal>
    </Menu.Root>
  );
}

export function NodeMenu({ id, targets, followers, kinds, connect, disconnect, addAfter, undo }: Props) {
  return (
    <Menu.Root ids={{ trigger: menuButtonId(id) }} lazyMount unmountOnExit onSelect={({ value }) => value === "undo" && undo?.()}>
      <Menu.Trigger asChild>
        <IconButton size="2xs" variant="ghost" className="nodrag nopan" aria-label={t("canvas.actions", { id })}>
          <LuEllipsis aria-hidden />
        </IconButton>
      </Menu.Trigger>
      <Portal>
        <Menu.Positioner>
          <Menu.Content>
            <Submenu label={t("canvas.connect_to")} choices={targets.map((to) => ({ value: to, label: to, act: () => connect(id, to) }))} />
            <Submenu label={t("canvas.add_after")} choices={kinds.map((kind) => ({ value: kind.kind, label: kindLabel(kind.kind), act: () => addAfter(id, kind) }))} />
            <Submenu label={t("canvas.disconnect")} choices={followers.map((to) => ({ value: to, label: to, act: () => disconnect(id, to) }))} />
            <Menu.Item value="undo" disabled={!undo}>
              {t("canvas.undo")}
            </Menu.Item>
          </Menu.Content>
        </Menu.Positioner>
      </Portal>
    </Menu.Root>
  );
}
