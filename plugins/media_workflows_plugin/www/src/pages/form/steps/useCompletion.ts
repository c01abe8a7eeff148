// Completion of the variable's name at the caret: arrows choose, Enter or Tab takes, Escape closes, Ctrl+Space opens.
import { useQuery } from "@tanstack/react-query";
import { type ChangeEvent, type KeyboardEvent, useRef, useState } from "react";

import { listVariables } from "../../../api/conditions";
import { isComposing } from "../../../components/isComposing";
import { useForm } from "../../../definition/FormContext";
import { matching, namesAfter, typedName } from "../../../definition/conditionNames";
import { stepsBefore } from "../../../definition/steps";
import type { StepFieldProps } from "./types";

interface Options extends StepFieldProps {
  text: string;
  change: (text: string) => void;
}

interface Open {
  start: number;
  typed: string;
  active: number; // -1 = none is chosen yet
}

export function useCompletion({ index, steps, text, change }: Options) {
  const { root } = useForm();
  const input = useRef<HTMLTextAreaElement>(null);
  const [open, setOpen] = useState<Open | null>(null);
  const variables = useQuery({ queryKey: ["variables"], queryFn: listVariables, staleTime: Infinity }).data ?? [];
  const names = open ? matching(namesAfter(stepsBefore(steps, steps[index]!.id), variables, root), open.typed) : [];
  const close = () => setOpen(null);
  const openAt = (value: string, caret: number, isAsked: boolean) => {
    const found = typedName(value, caret);
    setOpen(found && (isAsked || found.typed) ? { ...found, active: isAsked ? 0 : -1 } : null);
  };
  const take = (name: string) => {
    if (!open) return;
    const caret = open.start + name.length;
    change(text.slice(0, open.start) + name + text.slice(open.start + open.typed.length));
    close();
    setTimeout(() => {
      input.current?.focus();
      input.current?.setSelectionRange(caret, caret);
    });
  };
  const choose = (current: Open, active: number) => setOpen({ ...current, active: (active + names.length) % names.length });
  // Whether the key was for the list.
  const onListKey = (current: Open, key: string): boolean => {
    const chosen = names[current.active];
    if (key === "ArrowDown") choose(current, current.active + 1);
    else if (key === "ArrowUp") choose(current, Math.max(current.active, 0) - 1);
    else if (key === "Escape") close();
    else if (chosen && (key === "Enter" || key === "Tab")) take(chosen.name);
    else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (isComposing(event)) return;
    const isAsked = event.key === " " && event.ctrlKey;
    if (isAsked) openAt(text, event.currentTarget.selectionStart, true);
    else if (!open || names.length === 0 || event.shiftKey || !onListKey(open, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onChange = ({ target }: ChangeEvent<HTMLTextAreaElement>) => {
    change(target.value);
    openAt(target.value, target.selectionStart, false);
  };
  return { input, names, active: open && names.length > 0 ? open.active : -1, take, close, onKeyDown, onChange };
}
