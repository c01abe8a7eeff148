// A labelled control with a hint and a place for its problems.

import { el, newId } from "./dom.js";
import { t } from "./i18n.js";

// {node, control, showProblems(texts), changed()}
export function field({ label, control, hint = "", optional = false, wide = false }) {
  control.id ||= newId();
  const [hintId, faultId] = [newId(), newId()];
  const fault = el("p", { id: faultId, class: "fault", hidden: true });
  control.setAttribute("aria-describedby", hint ? `${faultId} ${hintId}` : faultId);
  const node = el(
    "div",
    { class: wide ? "field wide" : "field" },
    el("label", { for: control.id }, label, optional && el("span", { class: "quiet" }, ` (${t("form.optional")})`)),
    control,
    hint && el("p", { id: hintId, class: "hint" }, hint),
    fault,
  );
  const initial = control.value;
  const showProblems = (texts) => {
    fault.hidden = texts.length === 0;
    fault.textContent = texts.join(" · ");
    if (texts.length) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  };
  return { node, control, showProblems, changed: () => control.value !== initial };
}

// A place for problems of a whole section; `control` gets the focus.
export function section(control) {
  const fault = el("p", { class: "fault", hidden: true });
  const node = el("div", {}, fault);
  const showProblems = (texts) => {
    fault.hidden = texts.length === 0;
    fault.textContent = texts.join(" · ");
  };
  return { node, control, showProblems };
}

export function textInput(value, attributes = {}) {
  return el("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", value: shown(value), ...attributes });
}

function shown(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function select(options, value, attributes = {}) {
  const node = el("select", attributes, options.map(([key, text]) => el("option", { value: key }, text)));
  node.value = value;
  return node;
}

// Put the text of a field into `target[name]`. What was not touched stays as it was, of whatever type.
export function store(target, name, part, convert = (text) => text) {
  if (!part.changed() && (name in target || part.control.value.trim() === "")) return;
  const text = part.control.value.trim();
  if (text) target[name] = convert(text);
  else delete target[name];
}
