"""Verification of output files: ffmpeg also reports success for wrong outputs, so every file is opened and compared."""

from __future__ import annotations

from pathlib import Path

from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.errors import IncompleteSourceError, OutputRejectedError, UnreadableSourceError
from media_workflows.media.filters.source_picture import is_hdr
from media_workflows.media.plan.planned import Expectation, PlannedFile
from media_workflows.media.source.probe import probe, probe_picture, probe_playlist
from media_workflows.media.source.timeline import SourceTimeline, tolerance_s
from media_workflows.media.source.webp import is_still, probe_animation
from media_workflows.media.verify.picture import require_same_picture
from media_workflows.media.verify.playable import require_playable
from media_workflows.media.verify.source_frames import SourceFrames
from media_workflows.media.verify.tracks import require_tracks

_PICTURES = frozenset({".jpg", ".png", ".gif", ".avif"})
_WITHOUT_SEEKING = _PICTURES | {".webp"}
_FPS_SLACK = 0.05  # containers round the frame rate, or state the average of a short clip
_PICTURE_SLACK_S = 0.15  # containers round, or count from the first to the last frame
_FPS_FROM_S = 1.0
_FPS_FROM_FRAMES = 5  # fewer, and one frame more or less is another rate


def verify_file(file: PlannedFile, source: SourceTimeline, pictures: SourceFrames | None = None) -> MediaInfo:
    """Open an output, decode its first, a middle and its last frame, and compare it with what is expected.

    `pictures` are the source's frames, compared with those of the output. Raises OutputRejectedError, or
    IncompleteSourceError when the output is too short because the source is.
    """
    require_written(file, source)
    info = _opened(file)
    _check_streams(file.expects, info)
    require_tracks(file.expects, file.path, info, source)
    _check_size(file.expects, info)
    _check_picture(file.expects, info)
    if not _is_still(file.path):
        _check_duration(file.expects, info, source)
    read = _without_further(info) if file.expects.further_tracks else info
    frames = [] if file.path.suffix in _WITHOUT_SEEKING else require_playable(file.path, read)
    if pictures is not None:
        require_same_picture(file, frames, pictures)
    return info


def _without_further(info: MediaInfo) -> MediaInfo:
    """The media info without the duration that a further track, such as a subtitle, adds."""
    tracks: list[VideoStream | AudioStream] = [*([info.video] if info.video else []), *info.audio]
    end_s = max((track.start_s + track.duration_s for track in tracks), default=0.0)
    return info.model_copy(update={"duration_s": min(info.duration_s, end_s)})


def _is_still(path: Path) -> bool:
    """An animation without motion is written as one picture, which has no duration."""
    return path.suffix == ".webp" and is_still(path)


def check_moment(file: PlannedFile, source: SourceTimeline) -> None:
    """Raises IncompleteSourceError for a picture of a moment that a cut source does not hold.

    ffmpeg would draw the last frame before the end of the data, which shows another moment.
    """
    shows_s = file.expects.shows_s
    if shows_s is not None and source.is_cut and shows_s > source.end_s + tolerance_s(0):
        raise source.cut_error()


def require_written(file: PlannedFile, source: SourceTimeline) -> None:
    """Raises OutputRejectedError or IncompleteSourceError when the file is missing or empty."""
    if file.path.is_file() and file.path.stat().st_size:
        return
    if source.is_cut:
        raise source.cut_error()
    if file.time_offset_s is None:
        raise OutputRejectedError(
            "ffmpeg reported success and wrote no output; run the job again, and report it with the source if it "
            "persists"
        )
    raise OutputRejectedError(
        "ffmpeg reported success and wrote no output for {time_offset_s} s; run the job again, and report it with the "
        "source if it persists",
        time_offset_s=f"{file.time_offset_s:g}",
    )


def _opened(file: PlannedFile) -> MediaInfo:
    try:
        return _probe_output(file.path)
    except UnreadableSourceError as error:
        raise OutputRejectedError(
            "the output cannot be opened: {cause}; run the job again, and report it with the source if it persists",
            cause=error,
        ) from error


def _probe_output(path: Path) -> MediaInfo:
    if path.suffix == ".webp":
        return probe_picture(path) if is_still(path) else probe_animation(path)
    if path.suffix in _PICTURES:
        return probe_picture(path)
    return probe_playlist(path) if path.suffix == ".m3u8" else probe(path)


def _check_streams(expects: Expectation, info: MediaInfo) -> None:
    for name, expected, found in (("video", expects.video, info.video), ("audio", expects.audio, info.audio)):
        if expected and not found:
            raise OutputRejectedError(
                "the output has no {type} track; run the job again, and report it with the source if it persists",
                type=name,
            )
        if found and not expected:
            raise OutputRejectedError(
                "the output has an unexpected {type} track; run the job again, and report it with the source if it "
                "persists",
                type=name,
            )


def _check_size(expects: Expectation, info: MediaInfo) -> None:
    if expects.width is None or info.video is None:
        return
    found = (info.video.display_width, info.video.display_height)
    if found != (expects.width, expects.height):
        raise OutputRejectedError(
            "the output has {found} pixels, not {expected}; run the job again, and report it with the source if it "
            "persists",
            found=f"{found[0]}x{found[1]}",
            expected=f"{expects.width}x{expects.height}",
        )


def _check_picture(expects: Expectation, info: MediaInfo) -> None:
    """Check frame rate, length and dynamic range."""
    video = info.video
    if video is None:
        return
    if expects.fps and _has_known_rate(info, expects.fps) and abs(video.fps - expects.fps) > expects.fps * _FPS_SLACK:
        raise OutputRejectedError(
            "the output has {found} frames per second, not {expected}; run the job again, and report it with the "
            "source if it persists",
            found=f"{video.fps:g}",
            expected=f"{expects.fps:g}",
        )
    lasts_s = video.duration_s
    if expects.picture_s and lasts_s and abs(lasts_s - expects.picture_s) > _PICTURE_SLACK_S + expects.slack_s:
        raise OutputRejectedError(
            "the picture of the output lasts {found_s} s, not {expected_s}; run the job again, and report it with the "
            "source if it persists",
            found_s=f"{lasts_s:.2f}",
            expected_s=f"{expects.picture_s:.2f}",
        )
    if expects.is_hdr is not None and is_hdr(video) != expects.is_hdr:
        expected, found = ("HDR", "SDR") if expects.is_hdr else ("SDR", "HDR")
        raise OutputRejectedError(
            "the output is marked {found}, not {expected}; run the job again, and report it with the source if it "
            "persists",
            found=found,
            expected=expected,
        )


def _check_duration(expects: Expectation, info: MediaInfo, source: SourceTimeline) -> None:
    """Raises for a wrong duration. An output may be shorter than expected where the kept streams end earlier."""
    expected_s, found_s = expects.duration_s, info.duration_s
    if expected_s is None:
        return
    if source.ends_before(expects.source_start_s + expected_s):
        raise source.cut_error()
    slack_s = tolerance_s(expected_s) + expects.slack_s
    if found_s >= expected_s - slack_s:
        _check_not_longer(expects, info, source, slack_s)
        return
    if source.is_cut:
        raise source.cut_error()
    # The header counts every stream; the kept ones may end earlier (a subtitle track runs longer ...).
    available_s = source.kept_s(expects.video, expects.audio, expects.source_start_s)
    promised_s = source.promised_s(expects.video, expects.audio) - expects.source_start_s
    if available_s < min(expected_s, promised_s) - slack_s:
        raise IncompleteSourceError(
            "the source is damaged: {available_s} s of {duration_s} s can be read; upload it again",
            available_s=f"{available_s:.1f}",
            duration_s=f"{promised_s:.1f}",
        )
    if found_s < min(expected_s, available_s) - slack_s:
        raise OutputRejectedError(
            "the output ends at {found_s} s of {expected_s} s; run the job again, and report it with the source if it "
            "persists",
            found_s=f"{found_s:.1f}",
            expected_s=f"{expected_s:.1f}",
        )


def _check_not_longer(expects: Expectation, info: MediaInfo, source: SourceTimeline, slack_s: float) -> None:
    expected_s, found_s = expects.duration_s or 0.0, info.duration_s
    if found_s <= expected_s + slack_s:
        return
    available_s = source.kept_s(expects.video, expects.audio, further=expects.further_tracks)
    if found_s > max(expected_s, available_s) + slack_s:
        raise OutputRejectedError(
            "the output lasts {found_s} s, the source {source_s} s; run the job again, and report it with the source "
            "if it persists",
            found_s=f"{found_s:.1f}",
            source_s=f"{max(expected_s, available_s):.1f}",
        )


def _has_known_rate(info: MediaInfo, fps: float) -> bool:
    """Whether an output is long enough for its frame rate to be reliable."""
    shown_s = info.video.duration_s if info.video else 0.0  # sound may last longer than a picture of one frame
    return shown_s >= _FPS_FROM_S and shown_s * fps >= _FPS_FROM_FRAMES
