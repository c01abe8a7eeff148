// The list of workflows. A view is {title, node, poll, focus, leave}: see app.js.

import { askDelete, enabledSwitch, lockable } from "./actions.js";
import { listWorkflows } from "./api.js";
import { el, newId, pager, replaceKeepingFocus, sayError, table } from "./dom.js";
import { formatTime, t } from "./i18n.js";

const LIMIT = 20;
const DEBOUNCE_MS = 250;

// Outlives the view: coming back from a workflow shows the same page of the same search.
const query = { search: "", order: "desc", offset: 0 };

export function listView(go) {
  const heading = el("h1", { tabindex: "-1" }, t("list.title"));
  const body = el("div", { "aria-busy": "true" }, el("p", {}, t("app.loading")));
  const count = el("p", { class: "quiet", "aria-live": "polite" });
  let shown = "";
  let latest = 0;

  async function load() {
    latest += 1;
    const mine = latest;
    const page = await listWorkflows({ ...query, limit: LIMIT });
    if (mine !== latest) return; // a later question was asked meanwhile
    if (page.items.length === 0 && page.total > 0) {
      query.offset = Math.floor((page.total - 1) / LIMIT) * LIMIT; // the last page became empty
      return load();
    }
    const now = JSON.stringify([page, query]);
    if (now === shown) return;
    shown = now;
    body.removeAttribute("aria-busy");
    count.textContent = page.total ? t("list.count", { total: page.total }) : "";
    replaceKeepingFocus(body, ...content(page));
  }

  const reload = () => load().catch(sayError);

  function change(part) {
    Object.assign(query, { offset: 0 }, part);
    return reload();
  }

  function content(page) {
    if (page.total === 0 && query.search) return [el("p", { class: "empty" }, t("list.nothing_found", { search: query.search }))];
    if (page.total === 0) return [emptyState()];
    const headings = ["name", "bucket", "directory", "region", "created", "enabled", "actions"].map((name) => t(`list.${name}`));
    const turn = async (offset) => {
      await change({ offset });
      heading.focus();
    };
    const pages = pager({ what: t("list.title"), offset: query.offset, limit: LIMIT, total: page.total, go: turn });
    return [table(t("list.title"), headings, page.items.map(row), "middle"), ...(pages ? [pages] : [])];
  }

  async function afterDelete() {
    await reload();
    heading.focus();
  }

  function row(workflow) {
    const { name, trigger } = workflow.definition;
    const link = `#/workflow/${encodeURIComponent(workflow.id)}`;
    return [
      el("a", { href: link, class: "name", "data-key": `name:${workflow.id}` }, name),
      trigger.bucket,
      trigger.directory ?? el("span", { class: "quiet" }, t("list.whole_bucket")),
      trigger.region ?? "–",
      el("time", { datetime: workflow.created_at }, formatTime(workflow.created_at)),
      enabledSwitch(workflow, reload),
      el(
        "div",
        { class: "buttons" },
        el("a", { class: "button", href: link, "aria-label": t("action.named", { action: t("action.view"), name }), "data-key": `view:${workflow.id}` }, t("action.view")),
        lockable("edit", workflow, () => go(`${link}/edit`)),
        lockable("delete", workflow, () => askDelete(workflow, afterDelete)),
      ),
    ];
  }

  const node = el(
    "section",
    {},
    el("div", { class: "headline" }, heading, el("a", { class: "button primary", href: "#/new" }, t("list.new"))),
    tools(change),
    count,
    body,
  );
  return { title: t("list.title"), node, poll: load, focus: () => heading.focus() };
}

function tools(change) {
  const [searchId, orderId] = [newId(), newId()];
  let timer;
  const search = el("input", { id: searchId, type: "search", value: query.search, autocomplete: "off" });
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => change({ search: search.value.trim() }), DEBOUNCE_MS);
  });
  const order = el(
    "select",
    { id: orderId, onchange: (event) => change({ order: event.target.value }) },
    el("option", { value: "desc" }, t("list.newest")),
    el("option", { value: "asc" }, t("list.oldest")),
  );
  order.value = query.order;
  return el(
    "form",
    { class: "tools", role: "search", onsubmit: (event) => event.preventDefault() },
    el("label", { for: searchId }, t("list.search")),
    search,
    el("label", { for: orderId }, t("list.order")),
    order,
  );
}

function emptyState() {
  return el(
    "div",
    { class: "empty" },
    el("h2", {}, t("list.empty_title")),
    el("p", {}, t("list.empty_text")),
    el("a", { class: "button primary", href: "#/new" }, t("list.new")),
  );
}
