// What can be done with one workflow, the same in the list and in its own view.

import { deleteWorkflow, setEnabled } from "./api.js";
import { ask, el, say, sayError } from "./dom.js";
import { t } from "./i18n.js";

export function place(trigger) {
  return `${trigger.bucket}/${trigger.directory ?? ""}`;
}

// The switch shows the server's state alone: it moves when the answer is there.
export function enabledSwitch(workflow, changed) {
  const name = workflow.definition.name;
  const toggle = async (event) => {
    const control = event.currentTarget;
    if (control.getAttribute("aria-busy") === "true") return;
    control.setAttribute("aria-busy", "true");
    try {
      const answer = await setEnabled(workflow.id, !workflow.enabled);
      say(t(answer.enabled ? "switch.enabled" : "switch.disabled", { name }));
    } catch (error) {
      sayError(error);
    }
    control.removeAttribute("aria-busy");
    await changed();
  };
  return el(
    "button",
    {
      type: "button",
      role: "switch",
      class: "switch",
      "aria-checked": String(workflow.enabled),
      "aria-label": t("switch.label", { name }),
      "data-key": `switch:${workflow.id}`,
      onclick: toggle,
    },
    el("span", { class: "knob", "aria-hidden": "true" }),
    el("span", { class: "word", "aria-hidden": "true" }, t(workflow.enabled ? "switch.on" : "switch.off")),
  );
}

// A button that, while the workflow is enabled, is grey and gives the reason instead of acting.
export function lockable(action, workflow, act, extraClass = "") {
  const locked = workflow.enabled;
  const attributes = {
    type: "button",
    class: extraClass,
    "aria-label": t("action.named", { action: t(`action.${action}`), name: workflow.definition.name }),
    "data-key": `${action}:${workflow.id}`,
    onclick: () => (locked ? say(t("action.locked")) : act()),
  };
  if (locked) Object.assign(attributes, { "aria-disabled": "true", title: t("action.locked"), "aria-description": t("action.locked") });
  return el("button", attributes, t(`action.${action}`));
}

// `then` runs when it was deleted, before that is said.
export async function askDelete(workflow, then) {
  const { name, trigger } = workflow.definition;
  const done = await ask({
    title: t("delete.title", { name }),
    text: t("delete.text", { place: place(trigger) }),
    confirm: t("delete.confirm"),
    cancel: t("delete.cancel"),
    danger: true,
    act: () => deleteWorkflow(workflow.id),
  });
  if (!done) return;
  await then();
  say(t("delete.done", { name }));
}
