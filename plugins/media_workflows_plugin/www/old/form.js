// Create or edit one workflow: the form and, beside it, the whole definition as JSON.

import { createWorkflow, getWorkflow, listTemplates, setEnabled, updateWorkflow } from "./api.js";
import { emptyDefinition, pathFor, shapeFault } from "./definition.js";
import { ask, el, newId, say, sayError } from "./dom.js";
import { field } from "./fields.js";
import { definitionFields } from "./fieldset.js";
import { t } from "./i18n.js";

// `id` null = a new workflow. `draft` is what another form gave from its draft(): see app.js.
export function formView(go, id, draft) {
  const heading = el("h1", { tabindex: "-1" }, t(id ? "app.loading" : "form.create_title"));
  const notice = el("div", { role: "status" });
  const summary = el("div", { class: "summary", role: "alert", tabindex: "-1", hidden: true });
  const place = el("div", {}, el("p", {}, t("app.loading")));
  const save = el("button", { type: "submit", class: "primary" }, t("form.save"));
  const home = id ? `#/workflow/${encodeURIComponent(id)}` : "#/";
  const back = async () => (await leave()) && go(home);
  const toggle = el("input", { type: "checkbox", id: newId(), onchange: switchMode });
  const form = el(
    "form",
    { novalidate: true, onsubmit: submit, hidden: true },
    el("p", { class: "toggle" }, toggle, el("label", { for: toggle.id }, t("form.json"))),
    place,
    el("div", { class: "buttons end" }, el("button", { type: "button", onclick: back }, t("form.cancel")), save),
  );
  const node = el("section", {}, heading, notice, summary, form);
  const view = { title: t(id ? "form.edit_title" : "form.create_title", { name: "" }), node, focus: () => heading.focus(), poll, leave, draft: keep };

  let editor = null; // the fields or the JSON text: {node, read(problems), keep(), controls(), first}
  let templates = [];
  let workflow = null; // as the edit started
  let untouched = "";
  let saving = false;
  let noticed = "";

  async function load() {
    const [stored, known] = await Promise.all([
      draft ? draft.workflow : id && getWorkflow(id),
      listTemplates().then((answer) => answer.items, (error) => (sayTemplatesMissing(error), [])),
    ]);
    [workflow, templates] = [stored, known];
    if (workflow) heading.textContent = t("form.edit_title", { name: workflow.definition.name });
    const definition = draft?.definition ?? workflow?.definition ?? emptyDefinition();
    toggle.checked = Boolean(draft?.text !== undefined || shapeFault(definition));
    use(toggle.checked ? jsonEditor(draft?.text ?? pretty(definition)) : fieldsEditor(definition, draft?.rows));
    untouched = draft?.untouched ?? now();
    form.hidden = false;
    if (!id && !draft) editor.first.focus();
  }

  function sayTemplatesMissing(error) {
    sayError(new Error(t("job.templates_missing", { message: error.message })));
  }

  function fieldsEditor(definition, rows) {
    const fields = definitionFields(definition, rows, templates);
    const kept = () => ({ definition: fields.read([]), rows: fields.rows() });
    return { ...fields, keep: kept };
  }

  function jsonEditor(text) {
    const control = el("textarea", { class: "code", rows: 28, spellcheck: "false", value: text });
    const part = field({ label: t("form.json_label"), control, hint: t("form.json_hint"), wide: true });
    const read = (problems) => {
      try {
        return JSON.parse(control.value);
      } catch (error) {
        problems.push({ field: "", text: t("form.json_invalid", { message: error.message }) });
        return null;
      }
    };
    return { node: part.node, read, keep: () => ({ text: control.value }), controls: () => [["", part]], first: control };
  }

  function use(next) {
    editor = next;
    place.replaceChildren(editor.node);
  }

  const now = () => JSON.stringify(editor.read([]));
  const dirty = () => editor !== null && !saving && now() !== untouched;

  function keep() {
    return editor ? { ...editor.keep(), workflow, untouched } : undefined;
  }

  // From the fields to JSON and back. What cannot be read stays where it is, with the reason.
  function switchMode() {
    const problems = [];
    const definition = editor.read(problems);
    const fault = problems.length === 0 && !toggle.checked ? shapeFault(definition) : null;
    if (fault) problems.push({ field: "", text: t("form.json_shape", { where: fault.where, what: t(`form.shape_${fault.what}`) }) });
    showProblems(problems);
    if (problems.length) {
      toggle.checked = !toggle.checked;
      return;
    }
    use(toggle.checked ? jsonEditor(pretty(definition)) : fieldsEditor(definition));
    toggle.focus();
  }

  async function submit(event) {
    event.preventDefault();
    if (saving) return;
    const problems = [];
    const definition = editor.read(problems);
    showProblems(problems);
    if (problems.length) return;
    saving = true;
    save.textContent = t("form.saving");
    try {
      const answer = id ? await updateWorkflow(id, workflow.revision, definition) : await createWorkflow(definition);
      go(`#/workflow/${encodeURIComponent(answer.id)}`);
      say(t(id ? "form.saved" : "form.created", { name: answer.definition.name, revision: answer.revision }));
    } catch (error) {
      saving = false;
      showRefusal(error);
    }
    save.textContent = t("form.save");
  }

  function showRefusal(error) {
    if (error.problems?.length) return showProblems(error.problems);
    const reload = el("button", { type: "button", onclick: reloadStored }, t("form.reload"));
    const text = t(error.status === 409 ? "form.conflict" : "form.not_saved", { message: error.message });
    summarize(el("p", {}, text), error.status === 409 && id && error.code !== "ResourceEnabled" ? reload : null);
  }

  function reloadStored() {
    saving = true; // nothing to ask: the button says that the changes go
    go(`${home}/edit`);
  }

  // Beside the fields they name, and all of them in the list on top.
  function showProblems(problems) {
    const controls = editor.controls();
    const paths = controls.map(([path]) => path).filter((path, index) => path && !controls[index][1].node.hidden);
    const found = problems.map((problem) => ({ ...problem, text: problemText(problem), path: pathFor(problem.field, paths) ?? "" }));
    for (const [path, part] of controls) part.showProblems(found.filter((problem) => problem.path === path).map((problem) => problem.text));
    if (found.length === 0) return summarize();
    const target = ({ path }) => controls.find(([other]) => other === path)?.[1].control;
    const item = (problem) => {
      const control = target(problem);
      const name = control ? el("button", { type: "button", class: "link", onclick: () => control.focus() }, problem.field || t("form.json_label")) : problem.field;
      return el("li", {}, name, ": ", problem.text);
    };
    summarize(el("p", {}, t("form.problems", { count: found.length })), el("ul", {}, found.map(item)));
  }

  function summarize(...content) {
    summary.replaceChildren(...content.filter(Boolean));
    summary.hidden = content.length === 0;
    if (content.length) summary.focus();
  }

  // Every 5 seconds: was it enabled, edited or deleted elsewhere?
  async function poll() {
    if (editor === null) return load();
    if (!id || saving) return;
    const stored = await getWorkflow(id);
    const state = `${stored.enabled} ${stored.revision}`;
    if (state === noticed || saving) return;
    noticed = state;
    notice.replaceChildren();
    if (stored.revision !== workflow.revision) {
      const reload = el("button", { type: "button", onclick: reloadStored }, t("form.reload"));
      notice.append(el("p", { class: "notice" }, t("form.changed_meanwhile", { revision: stored.revision }), " ", reload));
    }
    if (stored.enabled) {
      const disable = el("button", { type: "button", onclick: () => setEnabled(id, false).then(poll).catch(sayError) }, t("form.disable"));
      notice.append(el("p", { class: "notice" }, t("form.locked"), " ", disable));
    }
    save.disabled = stored.enabled;
  }

  async function leave() {
    if (!dirty()) return true;
    const words = Object.fromEntries(["title", "text", "confirm", "cancel"].map((name) => [name, t(`discard.${name}`)]));
    return ask({ ...words, danger: true });
  }

  return view;
}

function pretty(definition) {
  return JSON.stringify(definition, null, 2);
}

function problemText({ text, got, wants }) {
  return text ?? t("form.problem_text", { got, wants });
}
