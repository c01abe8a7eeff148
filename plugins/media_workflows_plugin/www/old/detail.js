// One workflow: what it does, what it did, and what it did not do.

import { askDelete, enabledSwitch, lockable, place } from "./actions.js";
import { getWorkflow, listRuns, listUploads } from "./api.js";
import { el, pager, replaceKeepingFocus, sayError, table } from "./dom.js";
import { formatTime, t, tOr } from "./i18n.js";
import { runTable } from "./runs.js";

const LIMIT = 10;

export function detailView(go, id) {
  const heading = el("h1", { tabindex: "-1" }, t("app.loading"));
  const [top, definition, runs, uploads] = [0, 0, 0, 0].map(() => el("div"));
  const pages = { runs: 0, uploads: 0 };
  const shown = {};
  const view = { title: t("action.view"), node: null, focus: () => heading.focus(), poll: load };

  // Draw a part anew when what it shows has changed.
  function draw(container, name, data, build) {
    const now = JSON.stringify(data);
    if (shown[name] === now) return;
    shown[name] = now;
    replaceKeepingFocus(container, ...build().filter(Boolean));
  }

  async function load() {
    await Promise.all([loadWorkflow(), loadPart("runs", listRuns, runs, runPart), loadPart("uploads", listUploads, uploads, uploadPart)]);
  }

  async function loadWorkflow() {
    const workflow = await getWorkflow(id).catch((error) => {
      if (error.status === 404) heading.textContent = id;
      throw error;
    });
    heading.textContent = workflow.definition.name;
    document.title = `${workflow.definition.name} · ${t("app.title")}`;
    draw(top, "top", workflow, () => [controls(workflow)]);
    draw(definition, "definition", workflow, () => [summary(workflow), whole(workflow)]);
  }

  // A part that may not be read (another permission) says so in its own place.
  async function loadPart(name, list, container, build) {
    try {
      const page = await list(id, pages[name], LIMIT);
      draw(container, name, [page, pages[name]], () => build(page));
    } catch (error) {
      if (error.status === 401 || error.status === 0) return;
      draw(container, name, error.message, () => [el("p", { class: "quiet" }, error.message)]);
    }
  }

  function controls(workflow) {
    return el(
      "div",
      { class: "buttons" },
      enabledSwitch(workflow, () => loadWorkflow().catch(sayError)),
      lockable("edit", workflow, () => go(`#/workflow/${encodeURIComponent(id)}/edit`)),
      lockable("delete", workflow, () => askDelete(workflow, () => go("#/"))),
    );
  }

  const turn = (name, container, list, build) => async (offset) => {
    pages[name] = offset;
    await loadPart(name, list, container, build);
  };

  function runPart(page) {
    if (page.total === 0) return [el("p", { class: "quiet" }, t("detail.no_runs"))];
    const go_ = turn("runs", runs, listRuns, runPart);
    return [runTable(page.items), pager({ what: t("detail.runs"), offset: pages.runs, limit: LIMIT, total: page.total, go: go_ })];
  }

  function uploadPart(page) {
    if (page.total === 0) return [el("p", { class: "quiet" }, t("detail.no_uploads"))];
    const headings = ["detail.object", "detail.decided", "detail.outcome", "detail.rule"].map((key) => t(key));
    const go_ = turn("uploads", uploads, listUploads, uploadPart);
    return [
      table(t("detail.uploads"), headings, page.items.map(uploadRow)),
      pager({ what: t("detail.uploads"), offset: pages.uploads, limit: LIMIT, total: page.total, go: go_ }),
    ];
  }

  view.node = el(
    "section",
    {},
    el("p", {}, el("a", { href: "#/" }, `← ${t("app.back")}`)),
    el("div", { class: "headline" }, heading, top),
    el("h2", {}, t("detail.definition")),
    definition,
    el("h2", {}, t("detail.runs")),
    runs,
    el("h2", {}, t("detail.uploads")),
    uploads,
  );
  return view;
}

function uploadRow(upload) {
  return [
    el("code", {}, `${upload.bucket}/${upload.key}`),
    el("time", { datetime: upload.decided_at ?? "" }, formatTime(upload.decided_at)),
    el("span", { class: `state ${upload.outcome}` }, tOr(`outcome.${upload.outcome}`, upload.outcome)),
    el("span", {}, tOr(`rule.${upload.rule}`, upload.meaning), " ", el("code", { class: "quiet" }, upload.run_id ?? upload.rule)),
  ];
}

function summary(workflow) {
  const { trigger, output, jobs, notification, priority } = workflow.definition;
  const formats = trigger.formats.join() === "*" ? t("detail.any_format") : trigger.formats.join(" ");
  const target = notification && (notification.url ?? notification.queue_url ?? notification.topic_arn);
  const items = Object.entries(jobs).flatMap(([kind, list]) => list.map((item) => el("li", {}, jobText(kind, item))));
  const directory = output.directory ?? `(${t("detail.source_directory")})`;
  const lines = [
    ["detail.trigger", el("code", {}, place(trigger))],
    ["list.region", trigger.region ?? "–"],
    ["detail.formats", formats],
    ["detail.output", el("code", {}, `${output.bucket ?? trigger.bucket}/${directory}`)],
    ["detail.jobs", el("ul", {}, items)],
    ["detail.notification", notification ? `${notification.type}: ${target}` : t("detail.none")],
    ["form.priority", String(priority)],
    ["detail.revision", String(workflow.revision)],
    ["list.created", formatTime(workflow.created_at)],
    ["detail.updated", formatTime(workflow.updated_at)],
    ["detail.id", el("code", {}, workflow.id)],
  ];
  return el("dl", {}, lines.map(([key, value]) => [el("dt", {}, t(key)), el("dd", {}, value)]));
}

function jobText(kind, item) {
  const recipe = item.template === null ? t("detail.raw") : `${t("job.template")} ${item.template}`;
  const own = item.time_offsets?.join(", ") ?? (item.end_offset_s === undefined ? "" : `${item.start_offset_s}–${item.end_offset_s} s`);
  return [`${tOr(`job.${kind}`, kind)}: ${recipe}`, own, item.output_path].filter(Boolean).join(" · ");
}

function whole(workflow) {
  const text = el("pre", { tabindex: "0" }, JSON.stringify(workflow.definition, null, 2));
  return el("details", { "data-key": "definition" }, el("summary", { "data-key": "definition-summary" }, t("detail.full_definition")), text);
}
