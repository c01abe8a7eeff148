"""`transcode`: renditions of the source, all from one decode."""

from __future__ import annotations

from typing import Any

from media_workflows.errors import MediaError
from media_workflows.media import hls
from media_workflows.media.codecs import audio_options, video_options
from media_workflows.media.geometry import Fit, display_size, draw, fit
from media_workflows.media.graph import Stream
from media_workflows.media.plan import BuildContext, Expectation, ItemPlan, Output, PlannedFile
from media_workflows.media.watermark import Assets, draw_watermarks
from media_workflows.model.jobs.transcode import TranscodeItem, TranscodeParameters, VideoParameters
from media_workflows.model.media_info import MediaInfo, VideoStream
from media_workflows.model.templates import parameters_of

_MUXERS = {"mkv": "matroska", "ts": "mpegts", "m4a": "ipod"}  # others bear the container's name
_FASTSTART = frozenset({"mp4", "mov", "m4a"})


def build(context: BuildContext, item: TranscodeItem, index: int) -> ItemPlan:
    """One rendition. A stream the source lacks is left out; raises MediaError when none is left."""
    parameters: TranscodeParameters = parameters_of(item)
    video, audio = _kept(parameters, context.info)
    assets = Assets(context.work_dir)
    source = context.source_input()
    streams: list[Stream] = []
    options: dict[str, Any] = {**_container_options(parameters.container, index), **context.output_options()}
    shape = _shape(parameters.video, context.info.video) if video else None
    if parameters.video and context.info.video and video:
        streams.append(_picture(context, item, parameters.video, context.info.video, shape, assets))
        options |= video_options(parameters.video, context.info.video, parameters.container)
        options |= hls.key_frame_options(parameters)
    if parameters.audio and audio:
        track = context.info.audio[0]
        streams.append(source[str(track.index)])
        options |= audio_options(parameters.audio, track, parameters.container)
    file = _file(context, item, index, parameters, _expectation(context.info, video, audio, shape))
    node = _output(streams, file.path.name, options)
    segments = hls.segments(item, index, file) if parameters.container == "hls" else None
    return ItemPlan([Output(node)], [file], context.info.duration_s, segments, assets.files)


def _kept(parameters: TranscodeParameters, info: MediaInfo) -> tuple[bool, bool]:
    """Whether the output holds video, and audio."""
    video = parameters.video is not None and info.video is not None
    audio = parameters.audio is not None and bool(info.audio)
    if not video and not audio:
        has = "video" if info.video else "audio"
        wants = "audio" if parameters.video is None else "video"
        raise MediaError(f"the template keeps {wants} only and the source has {has} only: nothing would be left")
    return video, audio


def _shape(parameters: VideoParameters | None, video: VideoStream | None) -> Fit | None:
    """The size to encode at; None for a copied stream, which keeps its own."""
    if parameters is None or video is None or parameters.codec == "copy":
        return None
    return fit(parameters, display_size(video))


def _picture(
    context: BuildContext,
    item: TranscodeItem,
    parameters: VideoParameters,
    video: VideoStream,
    shape: Fit | None,
    assets: Assets,
) -> Stream:
    """The video stream, filtered unless it is copied. Raises MediaError on watermarks over a copy."""
    stream = context.source_input()[str(video.index)]
    if shape is None:
        if item.watermarks:
            raise MediaError("a copied video cannot carry watermarks: choose a video codec other than 'copy'")
        return stream
    if parameters.fps:
        stream = stream.filter("fps", fps=f"{parameters.fps:g}")
    stream = draw(stream, shape, out_range="limited")  # browsers show full-range H.264 too dark
    stream = draw_watermarks(stream, item.watermarks, shape.outer, context, assets)
    return stream.filter("format", "yuv420p")


def _expectation(info: MediaInfo, video: bool, audio: bool, shape: Fit | None) -> Expectation:
    size = shape.outer if shape else None
    return Expectation(
        video=video,
        audio=audio,
        duration_s=info.duration_s,
        width=size.width if size else None,
        height=size.height if size else None,
    )


def _container_options(container: str, index: int) -> dict[str, Any]:
    if container == "hls":
        return hls.muxer_options(index)
    options: dict[str, Any] = {"format": _MUXERS.get(container, container)}
    return {**options, "movflags": "+faststart"} if container in _FASTSTART else options


def _output(streams: list[Stream], name: str, options: dict[str, Any]) -> Stream:
    first, *others = streams
    return first.output(*others, name, **options)


def _file(
    context: BuildContext, item: TranscodeItem, index: int, parameters: TranscodeParameters, expects: Expectation
) -> PlannedFile:
    return PlannedFile(
        path=context.work_dir / f"item{index}.{parameters.file_format}",
        pattern=item.path_pattern,
        variables={"definition": str(item.definition), "format": parameters.file_format},
        expects=expects,
    )
