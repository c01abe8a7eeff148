// What the form knows of a definition. Pure: no page, no network.

// media_workflows.model.trigger.DEFAULT_FORMATS; a test compares them.
export const DEFAULT_FORMATS =
  ".mp4 .avi .mov .wmv .flv .mkv .mpg .mpeg .rm .rmvb .asf .3gp .webm .ts .m4v .mp3 .wav .aac .flac .ogg .m4a .amr .vtt .srt".split(" ");

// The job kinds in the order they run, with their default output names; a test compares them.
export const KINDS = {
  transcode: "{inputName}_transcode_{definition}.{format}",
  snapshot_by_time_offset: "{inputName}_snapshotByTimeOffset_{definition}_{number}.{format}",
  sample_snapshot: "{inputName}_sampleSnapshot_{definition}_{number}.{format}",
  image_sprite: "{inputName}_imageSprite_{definition}_{number}.{format}",
  animated_graphic: "{inputName}_animatedGraphic_{definition}.{format}",
  adaptive_dynamic_streaming: "{inputName}_adaptiveDynamicStreaming_{definition}.{format}",
};

// The address fields of the notification targets.
export const TARGETS = { http: "url", sqs: "queue_url", sns: "topic_arn" };

const SIMPLE_FIELDS = {
  transcode: ["template", "output_path"],
  snapshot_by_time_offset: ["template", "output_path", "time_offsets"],
  sample_snapshot: ["template", "output_path"],
  image_sprite: ["template", "output_path"],
  animated_graphic: ["template", "output_path", "start_offset_s", "end_offset_s"],
  adaptive_dynamic_streaming: ["template", "output_path"],
};

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isEmpty = (value) => value === null || (Array.isArray(value) && value.length === 0);
const isText = (value) => ["string", "number"].includes(typeof value);

export function emptyDefinition() {
  return { name: "", trigger: { bucket: "" }, output: {}, jobs: {} };
}

// Why the form cannot show `definition`: {where, what: "object" | "list"}; null = it can.
export function shapeFault(definition) {
  if (!isObject(definition)) return { where: "{…}", what: "object" };
  for (const part of ["trigger", "output", "jobs"]) {
    if (part in definition && !isObject(definition[part])) return { where: part, what: "object" };
  }
  if (!isEmpty(definition.notification ?? null) && !isObject(definition.notification)) return { where: "notification", what: "object" };
  const bad = Object.entries(definition.jobs ?? {}).find(([, items]) => !Array.isArray(items));
  return bad ? { where: `jobs.${bad[0]}`, what: "list" } : null;
}

// Whether the simple fields show all of an item; another item is edited as JSON.
export function isSimple(kind, item) {
  if (!(kind in SIMPLE_FIELDS) || !isObject(item)) return false;
  return Object.entries(item).every(([name, value]) => {
    if (!SIMPLE_FIELDS[kind].includes(name)) return isEmpty(value);
    if (name === "time_offsets") return Array.isArray(value) && value.every((offset) => typeof offset === "string");
    if (name === "template") return value === null || Number.isInteger(value);
    return value === null || isText(value);
  });
}

// The items of all kinds in order: {kind, item} for the simple fields, {kind, text} for JSON.
export function rowsOf(jobs = {}) {
  const kinds = [...new Set([...Object.keys(KINDS), ...Object.keys(jobs)])];
  return kinds.flatMap((kind) =>
    (jobs[kind] ?? []).map((item) => (isSimple(kind, item) ? { kind, item } : { kind, text: JSON.stringify(item, null, 2) })),
  );
}

// Split at commas of both kinds; for time offsets and extensions, which hold no spaces, at spaces too.
export function splitList(text) {
  return text.split(/[,，、\s]+/).filter(Boolean);
}

// The control that a problem belongs to: the longest of `paths` that is the field or contains it.
export function pathFor(field, paths) {
  const holds = (path) => field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`);
  return paths.filter(holds).sort((a, b) => b.length - a.length)[0];
}
