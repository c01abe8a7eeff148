// The ordered form of one definition: name, trigger, output, jobs, notification, priority.

import { DEFAULT_FORMATS, rowsOf, splitList, TARGETS } from "./definition.js";
import { el, newId } from "./dom.js";
import { field, select, store, textInput } from "./fields.js";
import { t } from "./i18n.js";
import { jobsEditor } from "./jobs.js";

const whole = (text) => (/^[+-]?\d+$/.test(text) ? Number(text) : text);

// {node, read(problems), rows(), controls(), first}. Nothing of `base` is lost: unknown parts stay in what is read.
export function definitionFields(base, rows, templates) {
  const trigger = base.trigger ?? {};
  const output = base.output ?? {};
  const parts = {
    name: field({ label: t("form.name"), control: textInput(base.name), hint: t("form.name_hint"), wide: true }),
    "trigger.bucket": field({ label: t("form.bucket"), control: textInput(trigger.bucket) }),
    "trigger.directory": optional("form.directory", trigger.directory, "form.trigger_directory_hint", "in/"),
    "trigger.region": optional("form.region", trigger.region, "form.region_hint"),
    "trigger.formats": formatsField(trigger.formats),
    "output.bucket": optional("form.bucket", output.bucket, "form.output_bucket_hint"),
    "output.directory": optional("form.directory", output.directory, "form.output_directory_hint", "out/"),
    "output.region": optional("form.region", output.region, "form.region_hint"),
    priority: field({ label: t("form.priority"), control: textInput(base.priority ?? 0, { inputmode: "numeric" }), hint: t("form.priority_hint") }),
  };
  const jobs = jobsEditor(rows ?? rowsOf(base.jobs), templates);
  const notification = notificationFields(base.notification ?? null);
  const nodes = (prefix) => Object.keys(parts).filter((path) => path.startsWith(prefix)).map((path) => parts[path].node);

  function read(problems) {
    const result = structuredClone(base);
    store(result, "name", parts.name);
    result.name ??= "";
    for (const [path, part] of Object.entries(parts).filter(([path]) => path.includes("."))) {
      const [group, name] = path.split(".");
      result[group] ??= {};
      store(result[group], name, part, part.convert);
    }
    result.jobs = { ...emptied(base.jobs), ...jobs.read(problems) };
    notification.store(result);
    store(result, "priority", parts.priority, whole);
    return result;
  }

  const node = el(
    "div",
    {},
    parts.name.node,
    group(t("form.trigger"), "", el("div", { class: "fields" }, nodes("trigger."))),
    group(t("form.output"), "", el("div", { class: "fields" }, nodes("output."))),
    group(t("form.jobs"), t("form.jobs_hint"), jobs.node),
    group(t("form.notification"), "", el("div", { class: "fields" }, notification.nodes, parts.priority.node)),
  );
  const controls = () => [...Object.entries(parts), ...jobs.controls(), ...notification.controls()];
  return { node, read, rows: jobs.rows, controls, first: parts.name.control };
}

function group(title, hint, ...content) {
  const hintId = newId();
  return el(
    "fieldset",
    { "aria-describedby": hint ? hintId : null },
    el("legend", {}, title),
    hint && el("p", { id: hintId, class: "hint" }, hint),
    content,
  );
}

function optional(label, value, hint, placeholder = "") {
  return field({ label: t(label), control: textInput(value, { placeholder }), hint: t(hint), optional: true });
}

// An empty field stands for the default list, so that list shows as empty.
function formatsField(formats = []) {
  const usual = Array.isArray(formats) && formats.join() === DEFAULT_FORMATS.join();
  const text = usual ? "" : Array.isArray(formats) ? formats.join(", ") : formats;
  const control = textInput(text, { placeholder: DEFAULT_FORMATS.join(", ") });
  return { ...field({ label: t("form.formats"), control, hint: t("form.formats_hint"), optional: true, wide: true }), convert: splitList };
}

function emptied(jobs = {}) {
  return Object.fromEntries(Object.keys(jobs).map((kind) => [kind, []]));
}

// Off, one address field per kind of target, or a target that only JSON knows, which is kept as it is.
function notificationFields(stored) {
  const type = stored === null ? "none" : stored.type in TARGETS ? stored.type : "kept";
  const options = ["none", ...Object.keys(TARGETS)].map((name) => [name, t(`form.notify_${name}`)]);
  if (type === "kept") options.push(["kept", `JSON: ${stored.type}`]);
  const choice = field({ label: t("form.notify"), control: select(options, type) });
  const targets = Object.entries(TARGETS).map(([name, key]) => {
    const control = textInput(type === name ? stored[key] : "", { inputmode: name === "sns" ? "text" : "url" });
    return [name, key, field({ label: t(`form.notify_${name}_target`), control, wide: true })];
  });
  const arrange = () => targets.forEach(([name, , part]) => (part.node.hidden = choice.control.value !== name));
  choice.control.addEventListener("change", arrange);
  arrange();
  return {
    nodes: [choice.node, ...targets.map(([, , part]) => part.node)],
    controls: () => [["notification", choice], ...targets.map(([name, key, part]) => [`notification.${name}.${key}`, part])],
    store(result) {
      const [name, key, part] = targets.find(([target]) => target === choice.control.value) ?? [];
      if (choice.control.value === "kept") return;
      if (!name) {
        if (stored !== null) result.notification = null;
        return;
      }
      result.notification = type === name ? result.notification : { type: name };
      store(result.notification, key, part);
      result.notification[key] ??= "";
    },
  };
}
