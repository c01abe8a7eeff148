"""Verification: ffmpeg reports success for things that are not what was asked, so every output is opened."""

from __future__ import annotations

from pathlib import Path

from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.errors import IncompleteSourceError, OutputRejectedError, UnreadableSourceError
from media_workflows.media.filters.source_picture import is_hdr
from media_workflows.media.plan import Expectation, PlannedFile
from media_workflows.media.source.probe import probe, probe_picture, probe_playlist
from media_workflows.media.source.timeline import SourceTimeline, tolerance_s
from media_workflows.media.source.webp import is_still, probe_animation
from media_workflows.media.verify.picture import require_same_picture
from media_workflows.media.verify.playable import require_playable
from media_workflows.media.verify.source_frames import SourceFrames
from media_workflows.media.verify.tracks import require_tracks

_PICTURES = frozenset({".jpg", ".png", ".gif"})
_WITHOUT_SEEKING = _PICTURES | {".webp"}
_FPS_SLACK = 0.05  # containers round the frame rate, or tell the average of a short clip
_FPS_FROM_S = 1.0
_FPS_FROM_FRAMES = 5  # fewer, and one frame more or less is another rate


def verify_file(file: PlannedFile, source: SourceTimeline, pictures: SourceFrames | None = None) -> MediaInfo:
    """Open an output, decode its first, a middle and its last frame, compare it with what was expected,
    and what it shows with `pictures`, the source's frames.

    Raises OutputRejectedError, or IncompleteSourceError when the output falls short because the
    source does.
    """
    require_written(file, source)
    info = _opened(file)
    _check_streams(file.expects, info)
    require_tracks(file.expects, file.path, info, source)
    _check_size(file.expects, info)
    _check_picture(file.expects, info)
    if not _stands_still(file.path):
        _check_duration(file.expects, info, source)
    read = _without_further(info) if file.expects.further_tracks else info
    frames = [] if file.path.suffix in _WITHOUT_SEEKING else require_playable(file.path, read)
    if pictures is not None:
        require_same_picture(file, frames, pictures)
    return info


def _without_further(info: MediaInfo) -> MediaInfo:
    """Without what a further track, such as a subtitle, adds to the duration of a file."""
    tracks: list[VideoStream | AudioStream] = [*([info.video] if info.video else []), *info.audio]
    end_s = max((track.start_s + track.duration_s for track in tracks), default=0.0)
    return info.model_copy(update={"duration_s": min(info.duration_s, end_s)})


def _stands_still(path: Path) -> bool:
    """An animation without motion is written as one picture, which has no duration."""
    return path.suffix == ".webp" and is_still(path)


def check_moment(file: PlannedFile, source: SourceTimeline) -> None:
    """Raises IncompleteSourceError for a picture of a moment that a cut source no longer holds.

    Past the end of the data the last frame there is gets drawn, which for a cut file is another moment.
    """
    shows_s = file.expects.shows_s
    if shows_s is not None and source.is_cut and shows_s > source.end_s + tolerance_s(0):
        raise IncompleteSourceError(source.cut_message)


def require_written(file: PlannedFile, source: SourceTimeline) -> None:
    """Raises OutputRejectedError or IncompleteSourceError when the file is missing or empty."""
    if file.path.is_file() and file.path.stat().st_size:
        return
    if source.is_cut:
        raise IncompleteSourceError(source.cut_message)
    at = "" if file.time_offset_s is None else f" for {file.time_offset_s:g} s"
    raise OutputRejectedError(f"ffmpeg reported success and wrote nothing{at}")


def _opened(file: PlannedFile) -> MediaInfo:
    try:
        return _probe_output(file.path)
    except UnreadableSourceError as error:
        raise OutputRejectedError(f"the output cannot be opened: {error}") from error


def _probe_output(path: Path) -> MediaInfo:
    if path.suffix == ".webp":
        return probe_picture(path) if is_still(path) else probe_animation(path)
    if path.suffix in _PICTURES:
        return probe_picture(path)
    return probe_playlist(path) if path.suffix == ".m3u8" else probe(path)


def _check_streams(expects: Expectation, info: MediaInfo) -> None:
    for name, wanted, found in (("video", expects.video, info.video), ("audio", expects.audio, info.audio)):
        if wanted and not found:
            raise OutputRejectedError(f"the output has no {name}")
        if found and not wanted:
            raise OutputRejectedError(f"the output has {name} nobody asked for")


def _check_size(expects: Expectation, info: MediaInfo) -> None:
    if expects.width is None or info.video is None:
        return
    found = (info.video.display_width, info.video.display_height)
    if found != (expects.width, expects.height):
        raise OutputRejectedError(f"the output is {found[0]}x{found[1]} pixels, not {expects.width}x{expects.height}")


def _check_picture(expects: Expectation, info: MediaInfo) -> None:
    """Frame rate and dynamic range."""
    video = info.video
    if video is None:
        return
    if expects.fps and _tells_its_rate(info, expects.fps) and abs(video.fps - expects.fps) > expects.fps * _FPS_SLACK:
        raise OutputRejectedError(f"the output has {video.fps:g} frames per second, not {expects.fps:g}")
    if expects.is_hdr is not None and is_hdr(video) != expects.is_hdr:
        wanted, found = ("HDR", "SDR") if expects.is_hdr else ("SDR", "HDR")
        raise OutputRejectedError(f"the output is marked {found}, not {wanted}")


def _check_duration(expects: Expectation, info: MediaInfo, source: SourceTimeline) -> None:
    """Too long is never right. Too short is right when the kept streams themselves end there."""
    wanted_s, found_s = expects.duration_s, info.duration_s
    if wanted_s is None:
        return
    if source.ends_before(expects.source_start_s + wanted_s):
        raise IncompleteSourceError(source.cut_message)
    slack_s = tolerance_s(wanted_s) + expects.slack_s
    if found_s >= wanted_s - slack_s:
        _check_not_longer(expects, info, source, slack_s)
        return
    if source.is_cut:
        raise IncompleteSourceError(source.cut_message)
    # The header counts every stream; the kept ones may end earlier (a subtitle track runs longer ...).
    available_s = source.kept_s(expects.video, expects.audio, expects.source_start_s)
    promised_s = source.promised_s(expects.video, expects.audio) - expects.source_start_s
    if available_s < min(wanted_s, promised_s) - slack_s:
        raise IncompleteSourceError(
            f"the source is damaged: {available_s:.1f} s of {promised_s:.1f} s can be read; upload it again"
        )
    if found_s < min(wanted_s, available_s) - slack_s:
        raise OutputRejectedError(f"the output ends at {found_s:.1f} s of {wanted_s:.1f} s")


def _check_not_longer(expects: Expectation, info: MediaInfo, source: SourceTimeline, slack_s: float) -> None:
    wanted_s, found_s = expects.duration_s or 0.0, info.duration_s
    if found_s <= wanted_s + slack_s:
        return
    available_s = source.kept_s(expects.video, expects.audio, further=expects.further_tracks)
    if found_s > max(wanted_s, available_s) + slack_s:
        raise OutputRejectedError(f"the output runs {found_s:.1f} s, the source {max(wanted_s, available_s):.1f} s")


def _tells_its_rate(info: MediaInfo, fps: float) -> bool:
    """Whether an output is long enough for its rate to be known."""
    shown_s = info.video.duration_s if info.video else 0.0  # sound may last longer than a picture of one frame
    return shown_s >= _FPS_FROM_S and shown_s * fps >= _FPS_FROM_FRAMES
