# Made by make client of openapi.json: 10b6a41fa65ecdd25c78425a91b874b5445bf031118011c5eb00005c725d593b

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, Field


class ActionOutput(BaseModel):
    """
    An object that a step without media has made.
    """

    bucket: str
    key: str
    size_bytes: int
    etag: str
    role: str = "main"


class AudioStream(BaseModel):
    """
    One audio track. The `is_*` flags but the last are the file's own; `language` is ISO 639-2, '' where unknown.

    `is_visual_impaired`: audio description. `is_hearing_impaired`: speech is easier to understand.
    """

    index: int
    codec: str
    sample_rate_hz: int
    channels: int
    bitrate_bps: int = 0
    channel_layout: str = ""
    language: str = ""
    title: str = ""
    is_default: bool = False
    is_visual_impaired: bool = False
    is_hearing_impaired: bool = False
    is_commentary: bool = False
    is_decodable: bool = True
    profile: str = ""
    codec_string: str = ""
    start_s: float = 0.0
    duration_s: float = 0.0


class CancelRequest(BaseModel):
    """
    Who cancelled a run through us, and when.
    """

    by: str
    at: AwareDatetime


class Cause(BaseModel):
    """
    Why a run failed, or an item of it; CANCELLED of a cancelled run.
    """

    code: str
    message: str


class CoverOutput(BaseModel):
    """
    The cover: its moment in the source, and (bucket, key) of its picture.
    """

    shape: Literal["cover"] = "cover"
    moment_s: float
    confidence: float
    reason: str
    picture: tuple[str, str] | None = None


class DagRunSummary(BaseModel):
    """
    A run as Airflow shows it.
    """

    run_id: str
    state: str
    queued_at: AwareDatetime | None
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None


class Draft(BaseModel):
    """
    A draft at its edit `number`. `revision` is the workflow's present one: the draft is outdated if it has another
    base. The definition is checked again when the draft is applied: its templates may have changed.
    """

    number: int
    base_revision: int
    revision: int
    outdated: bool
    author: str
    created_at: AwareDatetime
    updated_at: AwareDatetime


class EarlyPlaylist(BaseModel):
    """
    Where a ladder can be played while it is made. It is not verified yet, and removed if the ladder fails.
    """

    bucket: str
    key: str
    since: AwareDatetime


class FindingDecision(BaseModel):
    """
    The decision on a finding: who, and when. `verdict` None = there is a note only.
    """

    verdict: str | None
    note: str
    by: str
    at: AwareDatetime


class FoundSegment(BaseModel):
    """
    An occurrence in the source. `box` is None in speech.
    """

    start_s: float
    end_s: float
    confidence: float
    box: tuple[int, int, int, int] | None = None


class FurtherStream(BaseModel):
    """
    A track that is neither the main video nor audio nor subtitles.

    `type` cover: a picture that stands for the file (album art, thumbnail). `name` is an attachment's file name.
    """

    index: int
    type: str
    codec: str = ""
    language: str = ""
    name: str = ""


class Highlight(BaseModel):
    """
    A part of the source that stands out. `reason` says why it was chosen, and where it begins and ends.

    `figures` are standard deviations above the mean of the source, by what was measured; {} = it is the whole source.
    `moment_s` is the moment of its cover in the source; None = the source has no video. `clip` and `picture` are
    (bucket, key) of the published clip and cover; None = of an earlier version, or without video.
    """

    start_s: float
    end_s: float
    confidence: float
    reason: str
    figures: dict[str, float] | None = None
    begins: str = "moment"
    ends: str = "moment"
    moment_s: float | None = None
    clip: tuple[str, str] | None = None
    picture: tuple[str, str] | None = None


class HighlightOutput(BaseModel):
    """
    The highlights, in the order of time.
    """

    shape: Literal["highlights"] = "highlights"
    segments: list[Highlight] = Field([], validate_default=True)


class JobProgress(BaseModel):
    """
    The latest progress report of a job's latest try. `percent` is 0 to 100 of the encode, 100 only if all is done.

    `begun_at` is the start of that try; `fps` are encoded frames per second, `speed` media seconds per second; None =
    unknown in this phase. `moved_at` is when the output last grew, or the phase began.
    """

    kind: str
    step_id: str = ""
    map_index: int = -1
    try_number: int
    begun_at: AwareDatetime | None = None
    phase: str
    percent: float
    fps: float | None = None
    speed: float | None = None
    eta_s: float | None = None
    updated_at: AwareDatetime
    moved_at: AwareDatetime | None = None


class Keyword(BaseModel):
    """
    A term of the transcript: how often it is said, and the beginning of the first sentence that has it.
    """

    keyword: str
    count: int
    first_s: float


class LinkedFile(BaseModel):
    """
    A file with its links: `url` to the storage, `path` (below the API's root) through this server.

    `playlist`, for HLS: a route that returns the playlist with presigned links. `is_early`: a ladder that can be played
    while it is made, not verified yet; its `size_bytes` is 0.
    """

    of: str
    bucket: str
    key: str
    size_bytes: int
    role: str
    step_id: str | None
    kind: str | None
    item: int | None
    time_offset_s: float | None
    is_early: bool
    content_type: str
    url: str
    path: str
    playlist: str | None


class LinkedFiles(BaseModel):
    """
    One page of files.
    """

    total: int
    items: list[LinkedFile]


class Loudness(BaseModel):
    """
    A measurement of a track. None = silent, or too short to have a loudness (a block has 0.4 s).
    """

    integrated_lufs: float | None = None
    range_lu: float | None = None
    true_peak_dbtp: float | None = None


class Notice(BaseModel):
    """
    One difference: a stable code, its parameters for other languages, and the English sentence.
    """

    code: str
    message: str
    parameters: dict[str, str | int | float] | None = None


class OtherStream(BaseModel):
    """
    A stream that no job can read. `codec` and `tag` are '' where unknown.

    `reason`: it has no decoder, its data does not decode, or it first appears after the part of the file that is
    probed.
    """

    index: int
    type: str
    codec: str = ""
    tag: str = ""
    language: str = ""
    reason: str


class OwnCost(BaseModel):
    """
    Amounts in `currency`; None = the owner has set no price for that part.

    `storage` keeps the outputs for a month, `transfer` is that of bytes read and written. `total` is their sum.
    """

    currency: str
    cpu: float | None
    storage: float | None
    transfer: float | None
    total: float


class Picture(BaseModel):
    """
    A published picture of a moment. `url` is presigned and valid until `url_expires_at`; '' = no URL.
    """

    bucket: str
    key: str
    url: str = ""
    url_expires_at: AwareDatetime | None = None


class QualitySegment(BaseModel):
    """
    A time span of the source that has the problem. `confidence`: 0 to 100, 100 for what is measured.

    `text` is what a code says or a decoder reports; `area` (left, top, right, bottom) is its place in the picture as
    displayed, in pixels.
    """

    start_s: float
    end_s: float
    confidence: int = 100
    text: str = ""
    area: tuple[int, int, int, int] | None = None


class Quote(BaseModel):
    """
    A sentence of the transcript, as it was recognised. As a title it has no full stop, or is shortened ('…').
    """

    start_s: float
    end_s: float
    text: str
    confidence: float


class RanCommand(BaseModel):
    """
    An ffmpeg command that ran, as a shell would start it in the step's work directory, and the end of its log.

    `exit_code` is minus the number of the signal that ended it. `cpu_s` is its processor time; 0 = it did not end by
    itself, or ran in a version that did not record it.
    """

    command: str
    took_s: float
    exit_code: int
    output: str
    cpu_s: float = 0.0


class RemovedSource(BaseModel):
    """
    The step that removed the source, and where it is now; None = it was deleted.

    `is_readable`: its bucket keeps versions, so that steps and previews still read the one that the run began with.
    """

    step_id: str
    moved_to: ActionOutput | None
    is_readable: bool


class RequestContext(BaseModel):
    """
    The caller's data. It has no meaning here, must hold no secrets, and is in events, pages and logs.
    """

    id: str = Field("", description="`SessionId` of events")
    text: str = Field("", description="`SessionContext` of events")
    tags: dict[str, str] | None = Field(None, max_length=50)


class ReviewSegment(BaseModel):
    """
    A segment that led to the verdict. `moment_s` shows it best; `box` is None if the position is unknown.

    `label` is the classifier's, or the tag of the words; `name` is a person's.
    """

    start_s: float
    end_s: float
    confidence: float
    suggestion: str
    moment_s: float
    label: str = ""
    name: str = ""
    keywords: list[str] = []
    box: tuple[int, int, int, int] | None = None
    picture: Picture | None = None


class ReviewedFinding(BaseModel):
    """
    A finding with the decision on it.
    """

    id: str
    step_id: str
    type: str
    start_s: float
    end_s: float
    text: str = ""
    label: str = ""
    confidence: float | None = None
    suggestion: str | None = None
    picture: tuple[str, str] | None = None
    asks: bool = False
    decision: FindingDecision | None


class RunDecision(BaseModel):
    """
    The decision on a run. `by` '' = the timeout of a question; `answered` is the step that asked it, '' = none.
    """

    verdict: str
    note: str
    by: str
    at: AwareDatetime
    answered: str


class RunReview(BaseModel):
    """
    The review of a run by persons. `suggestion` is the verdict of its checks; None = it has no review step.
    """

    suggestion: str | None
    decision: RunDecision | None
    findings: list[ReviewedFinding]


class SourceObject(BaseModel):
    """
    The uploaded object of a run, as the upload sensor confirmed it. `metadata` is what its owner gave it.
    """

    bucket: str
    key: str
    etag: str
    size_bytes: int
    version_id: str | None = None
    last_modified: AwareDatetime | None = None
    content_type: str | None = None
    metadata: dict[str, str] | None = None


class Span(BaseModel):
    """
    A time span of the source.
    """

    start_s: float
    end_s: float


class StepDecision(BaseModel):
    """
    Whether a step ran, with its condition ('' = none) and the values that decided it; None = unknown.

    `skipped` is why it did not: its condition was false, the step `input` made nothing that it could read, or the
    approval `rejected` was answered so; `rejected_by` is the user, '' = there was no answer in time.
    """

    step_id: str
    skipped: str | None = None
    condition: str = ""
    values: dict[str, bool | int | float | str | list[str] | dict[str, str] | None] | None = None
    input: str = ""
    rejected: str = ""
    rejected_by: str = ""
    decided_at: AwareDatetime


class SubtitleStream(BaseModel):
    """
    One subtitle track; `is_text` is False for bitmap subtitles. The other `is_*` flags are the file's own.

    `is_forced`: only what a viewer of the original language needs (signs, foreign speech). `is_hearing_impaired`:
    sounds are described too.
    """

    index: int
    codec: str
    language: str = ""
    title: str = ""
    is_default: bool = False
    is_forced: bool = False
    is_hearing_impaired: bool = False
    is_commentary: bool = False
    is_text: bool


class Tag(BaseModel):
    """
    A tag. `reason` gives the figures behind it: 'speech 83 % of the time'.
    """

    tag: str
    confidence: float
    basis: str
    reason: str


class TagOutput(BaseModel):
    """
    Tags of the whole source: those of a model, from evidence, then topics of its text; of each the highest first.
    """

    shape: Literal["tags"] = "tags"
    tags: list[Tag] = Field([], validate_default=True)


class TaggedSpan(BaseModel):
    """
    Consecutive shots that have the same tags.
    """

    start_s: float
    end_s: float
    tags: list[Tag]


class TextLine(BaseModel):
    """
    One line of text in a picture, from OCR.
    """

    text: str
    confidence: float
    box: tuple[int, int, int, int]


class TextSighting(BaseModel):
    """
    Lines of text that are shown unchanged for a time span.
    """

    start_s: float
    end_s: float
    lines: list[TextLine]


class Topic(BaseModel):
    """
    A term that is repeated in the speech or in text in the picture: how often, and where, the first places only.
    """

    topic: str
    said: int
    shown: int
    segments: list[Span] = Field([], validate_default=True)


class TrackLoudness(BaseModel):
    """
    An output's audio track `track` (from 0), `before` its loudness was changed, and as encoded.
    """

    track: int
    target_lufs: float
    before: Loudness
    after: Loudness


class Unavailable(BaseModel):
    """
    Something that an item requires and the installation does not have, and what to do about it.

    `affected` are the item's sub-tasks that require it; () = the whole item does.
    """

    field: str = Field(..., description="The path of the item, such as jobs.transcode[0]")
    message: str
    template: str
    parameters: dict[str, str] | None = None
    affected: list[str] = []
    fails: bool = Field(..., description="Every run would fail; false: a run can succeed without it")


class UnknownFace(BaseModel):
    """
    A person who is not recognised, with all occurrences; their confidences are those of the face detection.

    `similar_to`: the most similar person of the library, whose `similarity` is at least 50 but below the score;
    '' = none is.
    """

    number: int
    segments: list[FoundSegment]
    similar_to: str = ""
    similarity: float | None = None


class UploadAnswer(BaseModel):
    """
    A decision with the meaning of its rule.
    """

    bucket: str
    key: str
    identity: str
    workflow_id: str = ""
    outcome: str
    rule: str = Field(..., description="Why an upload started a workflow or did not.")
    run_id: str | None = None
    source: str
    decided_at: AwareDatetime | None = None
    join_error: dict[str, str] | None = None
    meaning: str
    join_state: str | None = Field(
        ...,
        description="State of the run of media_sidecars that joins an add-on into its ladders; null = no add-on, or the run was deleted",
    )


class UploadsAnswer(BaseModel):
    """
    One page of upload decisions, newest first; `total_is_exact` is false when more than `total` match.
    """

    total: int
    total_is_exact: bool
    items: list[UploadAnswer]


class Usage(BaseModel):
    """
    `cpu_s` is the processor time of the step and of all processes that it started, in seconds.

    `wall_s` is the time that it took, `bytes_in` the size of the files that it read, `bytes_out` the size of the
    outputs that it made: outputs of an earlier run that were reused do not count. `commands_cpu_s` is the part of
    `cpu_s` that all its ffmpeg commands took, with what helpers spent on chunks; 0 = none, or a version that did not
    record it.
    """

    cpu_s: float = 0.0
    wall_s: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0
    commands_cpu_s: float = 0.0


class VendorBill(BaseModel):
    """
    What a service would bill. `minutes` are those that it bills, `unpriced` of these those without a price.

    `amount` None = none of the minutes has a price; `missing` then may say why.
    """

    service: str
    region: str
    currency: str
    read_on: date
    source: str
    minutes: float
    unpriced: float
    amount: float | None
    missing: str = ""
    notes: str = ""


class VideoStream(BaseModel):
    """
    The main video track. `width` and `height` are coded pixels; `display_*` are after pixel aspect and rotation.

    `has_alpha`: parts may be transparent, by the pixel format, or in WebM by an alpha picture of its own.

    `frame_rate` is the average; `nominal_rate` is the container's, and far above it if a phone writes clock ticks
    there (120, 90000). `is_vfr`: frames are shown for different times; None where the probe has not read their times.

    `has_closed_captions`: the first picture carries CEA-608/708 data.
    `ignored_shape` names a display matrix or pixel aspect of the file that makes no sense and is ignored.

    Colour names are ffmpeg's, '' where the file has none. `start_s` counts from the file's own start.
    """

    index: int
    codec: str
    width: int
    height: int
    display_width: int
    display_height: int
    rotation: int
    fps: float
    pixel_format: str
    bitrate_bps: int = 0
    frame_rate: str = "0"
    nominal_rate: str = "0"
    is_vfr: bool | None = None
    sample_aspect_ratio: str = "1"
    bit_depth: int = 8
    is_interlaced: bool = False
    has_alpha: bool = False
    color_primaries: str = ""
    color_transfer: str = ""
    color_matrix: str = ""
    color_range: str = ""
    hdr: str = ""
    profile: str = ""
    level: int | None = None
    codec_string: str = ""
    start_s: float = 0.0
    duration_s: float = 0.0
    has_closed_captions: bool = False


class Waiting(BaseModel):
    """
    `ahead` others come first, at least this many if `is_more`.

    `slot`: the pool `place` is full. `worker`: the workers of queue `place` are busy. `runs`: as many runs of the
    workflow as may run at the same time are running. `approval`: step `place` asks a person the `question`: that of
    the user, of a review's gate or of a budget. `encodes`: all of those ahead encode.
    """

    reason: str
    place: str = ""
    ahead: int
    is_more: bool = False
    encodes: bool = False
    question: str = ""


class Word(BaseModel):
    """
    One spoken word; of Chinese, one character or one segmented word, as speech recognition returns it.
    """

    start_s: float
    end_s: float
    text: str
    confidence: float


class WordResult(BaseModel):
    """
    A word of the library, with all occurrences.
    """

    keyword: str
    labels: list[str] = []
    segments: list[FoundSegment]


class WordsOutput(BaseModel):
    """
    The words of the library that were found.
    """

    shape: Literal["words"] = "words"
    results: list[WordResult] = Field([], validate_default=True)


class WorkflowAnswer(BaseModel):
    """
    A workflow; send `revision` back with a PUT. `region` is null while the storage has not named it.
    """

    id: str
    enabled: bool
    revision: int
    created_at: AwareDatetime
    updated_at: AwareDatetime
    region: str | None
    last_run: DagRunSummary | None
    failures_24h: int
    definition: dict[str, Any]


class WorkflowDetail(BaseModel):
    """
    One workflow, what it requires that is not installed on the api-server, and its draft, if there is one.
    """

    id: str
    enabled: bool
    revision: int
    created_at: AwareDatetime
    updated_at: AwareDatetime
    region: str | None
    last_run: DagRunSummary | None
    failures_24h: int
    definition: dict[str, Any]
    unavailable: list[Unavailable]
    draft: Draft | None


class WorkflowsAnswer(BaseModel):
    """
    One page of workflows, and the trigger buckets of all that the user may see.
    """

    total: int
    buckets: list[str]
    items: list[WorkflowAnswer]


class ActionReport(BaseModel):
    """
    The report of a step of a run that makes no media. `state` and `try_number` are those of its task in Airflow.

    `answer_at` is the address of Airflow's page where an approval is answered, while it waits; '' = it does not.
    """

    status: str = ""
    code: str = ""
    message: str = ""
    answer: str | dict[str, str] | None = None
    by: str = ""
    comment: str = ""
    event_id: str = ""
    outputs: list[ActionOutput] = Field([], validate_default=True)
    step_id: str
    kind: str
    state: str | None
    try_number: int
    begun_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    decision: StepDecision | None = None
    answer_at: str = ""


class Bill(BaseModel):
    """
    Of a run, or of one as it is estimated. `own` None = the settings have no price.

    `usage.wall_s` is the time of its steps, one after the other; the source counts once in `usage.bytes_in`.
    """

    usage: Usage
    own: OwnCost | None
    services: list[VendorBill]


class ClassificationOutput(BaseModel):
    """
    Classes of the source, the highest confidence first.
    """

    shape: Literal["classification"] = "classification"
    classes: list[Tag] = Field([], validate_default=True)


class FaceResult(BaseModel):
    """
    A recognised person of the library, with all occurrences.
    """

    person_id: int
    name: str
    description: str = ""
    labels: list[str] = []
    segments: list[FoundSegment]


class FrameTagOutput(BaseModel):
    """
    Tags of each part of the source.
    """

    shape: Literal["frame_tags"] = "frame_tags"
    segments: list[TaggedSpan] = Field([], validate_default=True)


class MediaFile(BaseModel):
    """
    The properties of a file in one row, so that a source and its outputs can be compared.

    `width` and `height` are pixels as shown, after rotation. None = it has none, as a picture has no duration, or it
    was not probed. The checksum of a source is its `sha256`, of an output its `md5`.
    """

    bucket: str
    key: str
    size_bytes: int
    md5: str | None = None
    sha256: str | None = None
    etag: str = ""
    role: str | None = None
    vmaf: float | None = None
    loudness: list[TrackLoudness] = Field([], validate_default=True)
    time_offset_s: float | None = None
    picture_count: int | None = None
    container: str | None = None
    duration_s: float | None = None
    bitrate_bps: int | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    video_codec: str | None = None
    audio_codecs: list[str] = []


class MediaInfo(BaseModel):
    """
    The properties of a file: container names as ffmpeg's demuxer gives them, duration in seconds, size in bytes.

    `video` is the main video track; all audio and subtitle tracks are listed; `further` lists the other tracks.
    `other` are streams of these three types that cannot be read at all. `clock_corrections` counts the jumps of its
    clock (joined recordings) that are taken out of all times.
    """

    container: str
    duration_s: float
    size_bytes: int
    bitrate_bps: int
    video: VideoStream | None = None
    audio: list[AudioStream] = Field([], validate_default=True)
    subtitles: list[SubtitleStream] = Field([], validate_default=True)
    other: list[OtherStream] = Field([], validate_default=True)
    clock_corrections: int = 0
    further: list[FurtherStream] = Field([], validate_default=True)


class OcrFullTextOutput(BaseModel):
    """
    The full text of OCR.
    """

    shape: Literal["ocr_full_text"] = "ocr_full_text"
    segments: list[TextSighting] = Field([], validate_default=True)


class OutputRecord(BaseModel):
    """
    One published object. `time_offset_s` is set on pictures; a sprite sheet has that of its first one.

    `picture_count` is set on sprite sheets, `info` on files that the probe opens, `vmaf` if measured,
    `loudness` of audio tracks that were normalised. `etag` is the
    storage's ETag at the time of publishing. `sha256` is set on files and manifests; None = recorded by a version that
    did not compute it. `contents` is what the manifest of a ladder lists, from which it is rewritten when a track
    joins later.
    """

    bucket: str
    key: str
    size_bytes: int
    md5: str
    etag: str = ""
    info: MediaInfo | None = None
    time_offset_s: float | None = None
    picture_count: int | None = None
    role: str = "main"
    vmaf: float | None = None
    loudness: list[TrackLoudness] = Field([], validate_default=True)
    sha256: str | None = None
    contents: dict[str, Any] | None = None


class Paragraph(BaseModel):
    """
    A part of the speech. Its title and its sentences are quoted from it.
    """

    start_s: float
    end_s: float
    title: str
    keywords: list[str] = []
    sentences: list[Quote] = Field([], validate_default=True)


class ProcessState(BaseModel):
    """
    A request: its state, and the counts of its objects. `workflow_id` and the runs' ids lead to the runs.

    `key` is the first of the keys that it names; '' = it names a prefix or a URL.
    """

    request_id: str
    workflow_id: str
    state: str = Field(
        ...,
        description="`counting` lists the bucket; `ready` awaits its start; the last two are final.",
    )
    problem: str
    created_by: str
    created_at: AwareDatetime
    ended_at: AwareDatetime | None
    bucket: str
    key: str
    prefix: str
    url: str
    priority: int
    force: bool
    max_at_once: int
    per_minute: int | None
    context: RequestContext
    total: int
    total_bytes: int
    queued: int
    active: int
    finished: int
    failed: int
    skipped: int


class QualityItem(BaseModel):
    """
    One item. `hit` None = it could not be measured, and `reason` says why: the source has no sound, for example.

    `value` is the worst one, in `unit`; `threshold` is what it was compared with. `share` is the share of the time
    (0 to 1) that the segments take. `picture` is the key of a published picture of the worst moment, `worst_s`.
    """

    type: str
    hit: bool | None
    value: float | None = None
    unit: str = ""
    threshold: float | None = None
    share: float | None = None
    segments: list[QualitySegment] = Field([], validate_default=True)
    reason: str | None = None
    worst_s: float | None = None
    picture: str = ""


class QualityOutput(BaseModel):
    """
    Problems of picture and sound, and the loudness by EBU R 128 (None = silence, or no sound).
    """

    shape: Literal["quality"] = "quality"
    has_picture: bool
    has_sound: bool
    black: list[Span] = Field([], validate_default=True)
    frozen: list[Span] = Field([], validate_default=True)
    silent: list[Span] = Field([], validate_default=True)
    integrated_lufs: float | None = None
    loudness_range_lu: float | None = None
    true_peak_dbtp: float | None = None


class ReviewOutput(BaseModel):
    """
    The verdict. `confidence` and `label` are the worst segment's. `sample_rate` is frames per second; 0 = audio.
    """

    shape: Literal["review"] = "review"
    suggestion: str
    confidence: float
    label: str = ""
    sample_rate: float = 0.0
    duration_s: float
    segments: list[ReviewSegment] = Field([], validate_default=True)


class RunRow(BaseModel):
    """
    A run in a list. `percent` and `eta_s` are those of an unfinished run.

    `eta_s` is None until all its steps have begun: before, nothing is known of the others. `picture` is the path of a
    snapshot below the API's root. `cause` is why it failed, or an item of it; what is tried again has none.
    `stalled_s`: an encode of it has stood still for so long. `waiting` is what it or its first task that is due waits
    for.
    """

    run_id: str
    state: str
    queued_at: AwareDatetime | None
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    workflow_id: str
    workflow_name: str | None
    request_id: str | None = None
    requested: str | None = None
    revision: int | None
    source: SourceObject | None
    error: dict[str, str] | None
    cause: Cause | None
    outputs: int
    picture: str | None
    percent: float | None
    eta_s: float | None
    stalled_s: int | None
    waiting: Waiting | None


class Utterance(BaseModel):
    """
    A span of recognised speech.
    """

    start_s: float
    end_s: float
    text: str
    confidence: float
    words: list[Word] = Field([], validate_default=True)


class AsrFullTextOutput(BaseModel):
    """
    The full text of speech recognition by `engine`. `subtitle` is (bucket, key) of the subtitle file.
    """

    shape: Literal["asr_full_text"] = "asr_full_text"
    engine: str = ""
    segments: list[Utterance] = Field([], validate_default=True)
    subtitle: tuple[str, str] | None = None


class DescriptionOutput(BaseModel):
    """
    What is said, described by its own sentences: `extractive`, nothing is made up.

    `engine` and `language` are those of the speech recognition. `sentences` say most of the
    whole, in the order of time. `title` None = too little is said to quote it: there are only `topics`, of what is
    said and of the text in the picture.
    """

    shape: Literal["speech_description"] = "speech_description"
    method: Literal["extractive"] = "extractive"
    engine: str = ""
    language: str = ""
    confidence: float
    title: Quote | None = None
    topics: list[Topic] = Field([], validate_default=True)
    keywords: list[Keyword] = Field([], validate_default=True)
    sentences: list[Quote] = Field([], validate_default=True)
    paragraphs: list[Paragraph] = Field([], validate_default=True)


class FaceOutput(BaseModel):
    """
    The recognised persons, and the others. `unlisted`: faces of persons beyond the first 100 unknown ones.
    """

    shape: Literal["faces"] = "faces"
    results: list[FaceResult] = Field([], validate_default=True)
    unknown: list[UnknownFace] = Field([], validate_default=True)
    unlisted: int = 0


class ProcessObject(BaseModel):
    """
    A source of a request. `run` is how far its run is, why it failed, its outputs; null = it has none yet.
    """

    key: str
    etag: str
    size_bytes: int
    state: str = Field(..., description="`started`: its run is queued or in progress.")
    run_id: str | None
    reason: str | None
    run: RunRow | None


class ProcessObjectsAnswer(BaseModel):
    """
    Sources of a request in the order of keys.
    """

    items: list[ProcessObject]


class QualityControlOutput(BaseModel):
    """
    The report of a quality control. Only the items that are on are in it, in the order of the parameters.
    """

    shape: Literal["quality_control"] = "quality_control"
    duration_s: float
    no_video: bool
    no_audio: bool
    items: list[QualityItem]


class SubTaskResult(BaseModel):
    """
    The result of a sub-task ('porn.ocr', 'cover'): SUCCESS with an output, or FAIL with a code and a message.
    """

    type: str
    status: str
    code: str = ""
    message: str = ""
    output: (
        ReviewOutput
        | FaceOutput
        | WordsOutput
        | OcrFullTextOutput
        | AsrFullTextOutput
        | ClassificationOutput
        | TagOutput
        | FrameTagOutput
        | CoverOutput
        | HighlightOutput
        | DescriptionOutput
        | QualityOutput
        | QualityControlOutput
        | None
    ) = None


class ItemReport(BaseModel):
    """
    An item: its definition, its status and its files. `reused`: the earlier run that made them.

    `sub_tasks` are the results of review, recognition, analysis or quality control, `sub_task_types` their types, also
    before there is a result.
    """

    item: dict[str, Any]
    definition: int
    status: str
    code: str = ""
    message: str = ""
    notices: list[Notice] = Field([], validate_default=True)
    reused: str | None = None
    sub_task_types: list[str] = []
    sub_tasks: list[SubTaskResult] = Field([], validate_default=True)
    after: list[MediaFile] = Field([], validate_default=True)


class ItemResult(BaseModel):
    """
    One item of a job: SUCCESS with outputs, or FAIL with a cause code and a message.

    `reused` is the earlier run that made the outputs; None = this run encoded them. `sub_tasks` are the results of
    review, recognition, analysis or quality control, also of a failed item. `notices` list what was left out,
    converted or repaired.
    """

    item: dict[str, Any]
    definition: int
    status: str
    code: str = ""
    message: str = ""
    outputs: list[OutputRecord] = Field([], validate_default=True)
    notices: list[Notice] = Field([], validate_default=True)
    reused: str | None = None
    sub_tasks: list[SubTaskResult] = Field([], validate_default=True)


class JobReport(BaseModel):
    """
    The report of a job of a run. `state` and `try_number` are those of its task in Airflow.

    `decision` is why a step of a graph ran or was skipped; None = it has no condition, or is not decided yet.
    `stalled_s`: its encode has stood still for so long; `waiting` is what it waits for once it is due. `commands` are
    those that ran, `usage` is what its last try used. `early_playlists` are there until the step ends.
    """

    kind: str
    step_id: str = ""
    map_index: int = -1
    state: str | None
    try_number: int
    progress: JobProgress | None
    stalled_s: int | None = None
    waiting: Waiting | None = None
    begun_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    items: list[ItemReport]
    decision: StepDecision | None = None
    commands: list[RanCommand] = Field([], validate_default=True)
    usage: Usage | None = None
    early_playlists: list[EarlyPlaylist] = Field([], validate_default=True)


class JobResult(BaseModel):
    """
    The result of one step of a run: all its items.

    `source` and `source_sha256` are None if it did not read the run's source. `commands` ran in its last try, in this
    order; () = everything was reused, or it ran in a version that did not record them. `usage` is that of the last try;
    None = it never began, or ran in a version that did not record it.
    """

    kind: str
    step_id: str = ""
    map_index: int = -1
    begun_at: AwareDatetime
    finished_at: AwareDatetime
    source: MediaInfo | None
    source_sha256: str | None = None
    items: list[ItemResult]
    commands: list[RanCommand] = Field([], validate_default=True)
    usage: Usage | None = None


class RunAnswer(BaseModel):
    """
    A run: its state in Airflow, its source and its results.
    """

    run_id: str
    state: str
    queued_at: AwareDatetime | None
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    workflow_id: str
    workflow_name: str | None
    request_id: str | None = None
    requested: str | None = None
    revision: int | None
    source: SourceObject | None
    error: dict[str, str] | None
    cause: Cause | None
    outputs: int
    picture: str | None
    percent: float | None
    eta_s: float | None
    stalled_s: int | None
    waiting: Waiting | None
    jobs: list[JobResult]


class RunReport(BaseModel):
    """
    One run: its state in Airflow, its source, its jobs, its steps without media, and `task`.

    `backfill_id` is the backfill that started it, `request_id` the request for ad-hoc processing, `waiting` what it
    waits for while it is queued. `source_removed`: one of its steps has deleted or moved the source. `review` is that
    by persons, with the findings that have a decision; None = there is nothing to review. `bill` is what it used and
    costs; None = no step has ended, or it ran in a version that did not record that. `task` is the run in the
    reference's shape, the WorkflowTask or ScheduleTask of its events, which has jobs only.
    """

    workflow_id: str
    run_id: str
    state: str
    queued_at: AwareDatetime | None
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    revision: int | None
    backfill_id: str | None = None
    request_id: str | None = None
    waiting: Waiting | None = None
    cancelled: CancelRequest | None
    source: SourceObject | None
    source_removed: RemovedSource | None = None
    error: dict[str, str] | None
    before: MediaFile | None
    jobs: list[JobReport]
    actions: list[ActionReport] = Field([], validate_default=True)
    review: RunReview | None = None
    bill: Bill | None = None
    task: dict[str, Any]


class RunsAnswer(BaseModel):
    """
    One page of runs, newest first; `total_is_exact` is false when more than `total` match.
    """

    total: int
    total_is_exact: bool
    items: list[RunAnswer]
