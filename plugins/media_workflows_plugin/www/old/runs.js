// The table of a workflow's runs with what they made.

import { el, table } from "./dom.js";
import { formatBytes, formatTime, t, tOr } from "./i18n.js";

const SHOWN_OUTPUTS = 3;

export function runTable(runs) {
  const headings = ["detail.state", "detail.source", "detail.started", "detail.duration", "detail.results"].map((key) => t(key));
  return table(t("detail.runs"), headings, runs.map(runRow));
}

function runRow(run) {
  const waiting = ["queued", "running"].includes(run.state) ? t("detail.waiting") : "–";
  return [
    el("span", { class: `state ${run.state}` }, tOr(`state.${run.state}`, run.state)),
    el(
      "div",
      {},
      run.source ? el("code", {}, run.source.key) : el("span", { class: "quiet" }, waiting),
      el("div", { class: "quiet small" }, `${t("detail.run")} ${run.run_id}`, run.revision ? ` · ${t("detail.revision")} ${run.revision}` : ""),
    ),
    el("time", { datetime: run.started_at ?? "" }, formatTime(run.started_at ?? run.queued_at)),
    took(run),
    results(run),
  ];
}

function took(run) {
  if (!run.started_at || !run.ended_at) return "–";
  const seconds = (new Date(run.ended_at) - new Date(run.started_at)) / 1000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

function results(run) {
  const error = run.error && el("p", { class: "fault" }, faultText(run.error.code, run.error.message));
  const items = run.jobs.flatMap((job) => job.items.map((item, index) => itemResult(run, job.kind, item, index)));
  if (!error && items.length === 0) return el("span", { class: "quiet" }, t("detail.no_results"));
  return el("div", {}, error, items);
}

function itemResult(run, kind, item, index) {
  const main = item.outputs.filter((output) => output.role === "main");
  const segments = item.outputs.length - main.length;
  const recipe = item.definition ? `${t("job.template")} ${item.definition}` : t("detail.raw");
  const lines = main.map(outputLine);
  const rest = lines.splice(lines.length > SHOWN_OUTPUTS + 1 ? SHOWN_OUTPUTS : lines.length);
  const key = `outputs:${run.run_id}:${kind}:${index}`;
  return el(
    "div",
    { class: "result" },
    el("div", {}, el("span", { class: `state ${item.status.toLowerCase()}` }, t(item.status === "SUCCESS" ? "state.success" : "state.failed")), ` ${tOr(`job.${kind}`, kind)} · ${recipe}`),
    item.status === "SUCCESS" ? null : el("p", { class: "fault" }, faultText(item.code, item.message)),
    lines.length > 0 && el("ul", {}, lines),
    rest.length > 0 &&
      el("details", { "data-key": key }, el("summary", { "data-key": `${key}:summary` }, t("detail.more_outputs", { count: main.length })), el("ul", {}, rest)),
    segments > 0 && el("p", { class: "quiet small" }, t("detail.segments", { count: segments })),
  );
}

function outputLine(output) {
  return el("li", {}, el("code", {}, `${output.bucket}/${output.key}`), el("span", { class: "quiet small" }, ` ${formatBytes(output.size_bytes)}`));
}

function faultText(code, message) {
  return [code, message].filter(Boolean).join(": ");
}
