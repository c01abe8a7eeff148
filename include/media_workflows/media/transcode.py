"""`transcode`: renditions of the source, all from one decode."""

from __future__ import annotations

from typing import Any

from media_workflows.errors import MediaError
from media_workflows.media import hls
from media_workflows.media.codecs import audio_options, video_options
from media_workflows.media.geometry import Fit, display_size, draw, fit
from media_workflows.media.graph import Stream
from media_workflows.media.plan import BuildContext, Expectation, ItemPlan, Output, PlannedFile
from media_workflows.media.video_encoders import pixel_format
from media_workflows.media.watermark import Assets, draw_watermarks
from media_workflows.model.jobs.streams import VideoParameters
from media_workflows.model.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.model.media_info import MediaInfo, VideoStream
from media_workflows.model.templates import parameters_of

_MUXERS = {"mkv": "matroska", "ts": "mpegts", "m4a": "ipod"}  # others bear the container's name
_FASTSTART = frozenset({"mp4", "mov", "m4a"})


def build(context: BuildContext, item: TranscodeItem, index: int) -> ItemPlan:
    """One rendition. A stream the source lacks is left out; raises MediaError when none is left."""
    parameters: TranscodeParameters = parameters_of(item)
    _require_something(parameters, context.info)
    info, assets = context.info, Assets(context.work_dir)
    shape = _shape(parameters.video, info.video)
    streams: list[Stream] = []
    options = {**_container_options(parameters.container, index), **context.output_options()}
    if parameters.video and info.video:
        streams.append(_picture(context, item, parameters.video, info.video, shape, assets))
        options |= video_options(parameters.video, info.video, parameters.container)
        options |= hls.key_frame_options(parameters)
    if parameters.audio and info.audio:
        streams.append(context.source_input()[str(info.audio[0].index)])
        options |= audio_options(parameters.audio, info.audio[0], parameters.container)
    file = _file(context, item, index, parameters, shape)
    finish = hls.segments(item, file) if parameters.container == "hls" else None
    output = Output(_output(streams, file.path.name, options))
    return ItemPlan([output], [file], info.duration_s, finish, assets.files)


def _require_something(parameters: TranscodeParameters, info: MediaInfo) -> None:
    if (parameters.video and info.video) or (parameters.audio and info.audio):
        return
    has = "video" if info.video else "audio"
    wants = "audio" if parameters.video is None else "video"
    raise MediaError(f"the template keeps {wants} only and the source has {has} only: nothing would be left")


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
    return stream.filter("format", pixel_format(parameters))


def _expectation(parameters: TranscodeParameters, info: MediaInfo, shape: Fit | None) -> Expectation:
    return Expectation(
        video=bool(parameters.video and info.video),
        audio=bool(parameters.audio and info.audio),
        duration_s=info.duration_s,
        width=shape.outer.width if shape else None,
        height=shape.outer.height if shape else None,
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
    context: BuildContext, item: TranscodeItem, index: int, parameters: TranscodeParameters, shape: Fit | None
) -> PlannedFile:
    return PlannedFile(
        path=context.work_dir / f"item{index}.{parameters.file_format}",
        pattern=item.path_pattern,
        variables={"definition": str(item.definition), "format": parameters.file_format},
        expects=_expectation(parameters, context.info, shape),
        role="manifest" if parameters.container == "hls" else "main",
    )
