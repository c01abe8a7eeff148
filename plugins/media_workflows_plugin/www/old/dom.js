// Building the page: data goes in as text nodes and attributes, never as HTML.

import { t } from "./i18n.js";

// el("a", {href: "#/", onclick: go, "aria-label": "x"}, "text", node, …). null, undefined and false are left out.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

let counter = 0;
export function newId() {
  counter += 1;
  return `n${counter}`;
}

// Put `nodes` into `container`; what has a data-key keeps the focus, and stays open if it is a <details>.
export function replaceKeepingFocus(container, ...nodes) {
  const open = [...container.querySelectorAll("details[open][data-key]")].map((node) => node.dataset.key);
  const focused = container.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  container.replaceChildren(...nodes);
  for (const node of container.querySelectorAll("details[data-key]")) node.open = open.includes(node.dataset.key);
  if (focused) container.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

export function say(text) {
  show("status", text);
}

// A fault. 401 and a lost connection have their own banner, see app.js.
export function sayError(error) {
  if (error.status === 401 || error.status === 0) return;
  show("alert", t(error.status === 403 ? "error.forbidden" : "error.failed", { message: error.message ?? String(error) }));
}

export function clearMessages() {
  for (const id of ["status", "alert"]) document.getElementById(id).replaceChildren();
}

function show(id, text) {
  clearMessages();
  const close = el("button", { type: "button", class: "plain", "aria-label": t("app.close"), onclick: clearMessages }, "×");
  document.getElementById(id).replaceChildren(el("p", {}, text), close);
}

// A modal question: resolves to whether it was confirmed. `act` runs before it closes; its fault is shown inside.
export function ask({ title, text, confirm, cancel, danger = false, act = async () => {} }) {
  return new Promise((resolve) => {
    const opener = document.activeElement;
    const [titleId, textId] = [newId(), newId()];
    const fault = el("p", { class: "fault", role: "alert" });
    const yes = el("button", { type: "button", class: danger ? "danger" : "primary" }, confirm);
    const no = el("button", { type: "button", autofocus: true }, cancel);
    const dialog = el(
      "dialog",
      { "aria-labelledby": titleId, "aria-describedby": textId },
      el("h2", { id: titleId }, title),
      el("p", { id: textId }, text),
      fault,
      el("div", { class: "buttons" }, no, yes),
    );
    no.addEventListener("click", () => dialog.close(""));
    yes.addEventListener("click", async () => {
      yes.disabled = true;
      try {
        await act();
        dialog.close("yes");
      } catch (error) {
        fault.textContent = error.message;
        yes.disabled = false;
      }
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (opener?.isConnected) opener.focus();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

// "1–20 of 45" with two buttons; nothing when everything fits on one page.
export function pager({ what, offset, limit, total, go }) {
  if (total <= limit && offset === 0) return null;
  const button = (key, target, off) =>
    el("button", { type: "button", "data-key": `${what}:${key}`, disabled: off, onclick: () => go(target) }, t(`page.${key}`));
  return el(
    "nav",
    { class: "pager", "aria-label": t("page.of", { what }) },
    button("previous", Math.max(0, offset - limit), offset === 0),
    el("span", {}, t("page.range", { from: Math.min(offset + 1, total), to: Math.min(offset + limit, total), total })),
    button("next", offset + limit, offset + limit >= total),
  );
}

// A table that stays a table for screen readers when CSS turns its rows into cards on narrow screens.
export function table(label, headings, rows, className = null) {
  const cell = (content, column) => el("td", { role: "cell", "data-label": headings[column] }, content);
  return el(
    "table",
    { role: "table", "aria-label": label, class: className },
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, headings.map((text) => el("th", { role: "columnheader", scope: "col" }, text)))),
    el("tbody", { role: "rowgroup" }, rows.map((cells) => el("tr", { role: "row" }, cells.map(cell)))),
  );
}
