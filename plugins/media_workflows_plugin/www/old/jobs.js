// The rows of job items: simple fields where they can show all of an item, JSON where they cannot.

import { KINDS, splitList } from "./definition.js";
import { el } from "./dom.js";
import { field, section, select, store, textInput } from "./fields.js";
import { t, tOr } from "./i18n.js";

const kindName = (kind) => tOr(`job.${kind}`, kind);
const number = (text) => (Number.isFinite(Number(text)) ? Number(text) : text);

// {node, read(problems), rows(), controls()}. `rows` as definition.rowsOf gives them.
export function jobsEditor(rows, templates) {
  const parts = rows.map((row) => rowEditor(row, templates));
  const list = el("ol", { class: "jobs" });
  const adders = Object.keys(KINDS).map((kind) => el("button", { type: "button", onclick: () => add(kind) }, t("job.add", { kind: kindName(kind) })));
  const whole = section(adders[0]);
  const none = el("p", { class: "quiet" }, t("form.jobs_none"));

  function arrange() {
    const ofKind = {};
    for (const part of parts) {
      ofKind[part.kind] = (ofKind[part.kind] ?? -1) + 1;
      part.path = `jobs.${part.kind}[${ofKind[part.kind]}]`;
      part.name(t("job.number", { kind: kindName(part.kind), number: ofKind[part.kind] + 1 }));
      part.remove.onclick = () => remove(part);
    }
    const wanted = parts.map((part) => part.node);
    for (const node of [...list.children]) if (!wanted.includes(node)) node.remove();
    wanted.forEach((node, index) => list.children[index] !== node && list.insertBefore(node, list.children[index] ?? null));
    none.hidden = parts.length > 0;
  }

  function add(kind) {
    const choices = templates.filter((template) => template.kind === kind);
    const item = choices.length === 1 ? { template: choices[0].id } : {};
    const part = rowEditor({ kind, item }, templates, true);
    const order = Object.keys(KINDS);
    const after = parts.findLastIndex((other) => order.indexOf(other.kind) <= order.indexOf(kind) && order.includes(other.kind));
    parts.splice(after + 1, 0, part);
    arrange();
    part.first.focus();
  }

  function remove(part) {
    const index = parts.indexOf(part);
    parts.splice(index, 1);
    arrange();
    (parts[Math.min(index, parts.length - 1)]?.first ?? adders[0]).focus();
  }

  // The items by kind; rows whose JSON cannot be read become `problems`.
  function read(problems) {
    const jobs = {};
    for (const part of parts) (jobs[part.kind] ??= []).push(part.read(problems));
    return jobs;
  }

  const controls = () => [["jobs", whole], ...parts.flatMap((part) => part.controls().map(([path, control]) => [part.path + path, control]))];
  arrange();
  const node = el("div", {}, whole.node, none, list, el("div", { class: "buttons adders", role: "group", "aria-label": t("job.add_label") }, adders));
  return { node, read, rows: () => parts.map((part) => part.row()), controls };
}

function rowEditor(row, templates, isNew = false) {
  const heading = el("h3", {});
  const remove = el("button", { type: "button" }, t("job.remove"));
  const body = row.text === undefined ? simpleRow(row, templates, isNew) : jsonRow(row);
  const whole = section(body.first);
  const group = el("div", { role: "group" }, el("div", { class: "headline" }, heading, remove), whole.node, body.node);
  return {
    ...body,
    kind: row.kind,
    path: "",
    node: el("li", {}, group),
    remove,
    name(text) {
      heading.textContent = text;
      group.setAttribute("aria-label", text);
      remove.setAttribute("aria-label", t("job.remove_named", { job: text }));
    },
    read(problems) {
      return body.read(problems, this.path);
    },
    controls: () => [["", body.whole ?? whole], ...body.controls],
  };
}

function jsonRow({ kind, text }) {
  const control = el("textarea", { rows: Math.min(20, Math.max(4, text.split("\n").length)), spellcheck: "false", value: text });
  const part = field({ label: t("job.json"), control, hint: t("job.json_hint"), wide: true });
  const read = (problems, path) => {
    try {
      return JSON.parse(control.value);
    } catch (error) {
      problems.push({ field: path, text: t("form.json_invalid", { message: error.message }) });
      return null;
    }
  };
  return { node: part.node, first: control, read, row: () => ({ kind, text: control.value }), controls: [], whole: part };
}

function simpleRow({ kind, item }, templates, isNew) {
  const parts = { template: templateField(kind, item, templates), ...ownFields(kind, item, isNew), output_path: outputField(kind, item) };
  const read = () => {
    const result = { ...item };
    for (const [name, part] of Object.entries(parts)) store(result, name, part, part.convert);
    return result;
  };
  return {
    node: el("div", { class: "fields" }, Object.values(parts).map((part) => part.node)),
    first: parts.template.control,
    read,
    row: () => ({ kind, item: read() }),
    controls: Object.entries(parts).map(([name, part]) => [`.${name}`, part]),
  };
}

function templateField(kind, item, templates) {
  const options = templates.filter((template) => template.kind === kind).map((template) => [String(template.id), `${template.name} (${template.id})`]);
  const chosen = String(item.template ?? "");
  if (chosen && !options.some(([id]) => id === chosen)) options.push([chosen, t("job.template_unknown", { id: chosen })]);
  const control = select([["", t("job.template_choose")], ...options], chosen);
  return { ...field({ label: t("job.template"), control }), convert: number };
}

function outputField(kind, item) {
  const control = textInput(item.output_path, { placeholder: KINDS[kind] });
  return field({ label: t("job.output_path"), control, hint: t("job.output_path_hint"), optional: true, wide: true });
}

function ownFields(kind, item, isNew) {
  if (kind === "snapshot_by_time_offset") {
    const control = textInput((item.time_offsets ?? []).join(", "), { placeholder: "0s, 25%, 50%" });
    return { time_offsets: { ...field({ label: t("job.offsets"), control, hint: t("job.offsets_hint") }), convert: splitList } };
  }
  if (kind !== "animated_graphic") return {};
  const seconds = (label, value) => ({ ...field({ label: t(label), control: textInput(value, { inputmode: "decimal" }) }), convert: number });
  return { start_offset_s: seconds("job.start", item.start_offset_s ?? (isNew ? "" : 0)), end_offset_s: seconds("job.end", item.end_offset_s) };
}
