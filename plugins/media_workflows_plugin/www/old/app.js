// The frame: address, language, messages, and the view that is on.
//
// A view is {title, node, focus(), poll()?, leave()?, draft()?}: `poll` runs at once and then every
// POLL_MS, `leave` resolves to whether the user may go, `draft` is what a change of language keeps.

import { onAnswer } from "./api.js";
import { detailView } from "./detail.js";
import { clearMessages, el, sayError } from "./dom.js";
import { formView } from "./form.js";
import { currentLanguage, LANGUAGES, setLanguage, t } from "./i18n.js";
import { listView } from "./list.js";

const POLL_MS = 5000;
const place = document.getElementById("view");
let view = null;
let shownHash = location.hash;
let polling = false;
let pollFault = "";

function viewOf(hash, draft) {
  const parts = hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(safeDecode);
  if (parts.length === 0) return listView(go);
  if (parts[0] === "new" && parts.length === 1) return formView(go, null, draft);
  if (parts[0] === "workflow" && parts.length === 2) return detailView(go, parts[1]);
  if (parts[0] === "workflow" && parts.length === 3 && parts[2] === "edit") return formView(go, parts[1], draft);
  const heading = el("h1", { tabindex: "-1" }, t("app.unknown_page"));
  return { title: t("app.title"), node: el("section", {}, heading, el("a", { href: "#/" }, t("app.back"))), focus: () => heading.focus() };
}

function safeDecode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function show({ draft, focus = true } = {}) {
  shownHash = location.hash;
  view = viewOf(shownHash, draft);
  pollFault = "";
  document.title = `${view.title} · ${t("app.title")}`;
  place.replaceChildren(view.node);
  if (focus) view.focus();
  poll();
}

// Leave for `hash` without asking: a form calls this after it saved.
function go(hash) {
  history.pushState(null, "", hash);
  clearMessages();
  show();
}

addEventListener("hashchange", async () => {
  if (location.hash === shownHash) return;
  const wanted = location.hash;
  if (view.leave) {
    history.replaceState(null, "", shownHash || "#/");
    if (!(await view.leave())) return;
    history.replaceState(null, "", wanted);
  }
  clearMessages();
  show();
});

async function poll() {
  if (polling || !view.poll) return;
  polling = true;
  const polled = view;
  let fault = "";
  try {
    await polled.poll();
  } catch (error) {
    fault = error.message;
    if (polled === view && fault !== pollFault) sayError(error); // once, not every 5 seconds
  }
  pollFault = fault;
  polling = false;
  if (polled !== view) poll();
}

setInterval(() => document.hidden || poll(), POLL_MS);
document.addEventListener("visibilitychange", () => document.hidden || poll());

let connection = 200;
onAnswer((status) => {
  const now = status === 0 || status === 401 ? status : 200;
  if (now !== connection) showConnection(now);
});

// Stays until an answer says otherwise: logging in in another tab clears it.
function showConnection(status) {
  connection = status;
  const banner = document.getElementById("connection");
  banner.replaceChildren();
  if (status === 0) banner.append(el("p", {}, t("error.network")));
  if (status === 401) {
    const login = new URL("../api/v2/auth/login", document.baseURI);
    login.searchParams.set("next", location.href);
    banner.append(el("p", {}, t("error.login"), " ", el("a", { href: login.href }, t("error.login_link"))));
  }
}

function drawFrame() {
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  document.getElementById("home").textContent = t("app.title");
  const group = document.getElementById("languages");
  group.setAttribute("aria-label", t("app.language"));
  const pick = (code) => {
    setLanguage(code);
    clearMessages();
    drawFrame();
    showConnection(connection);
    show({ draft: view.draft?.(), focus: false });
    group.querySelector(`[lang^="${code}"]`).focus();
  };
  const button = ([code, name]) =>
    el("button", { type: "button", class: "plain", lang: code, "aria-pressed": String(code === currentLanguage()), onclick: () => pick(code) }, name);
  group.replaceChildren(...Object.entries(LANGUAGES).map(button));
}

drawFrame();
show({ focus: false });
