"""Whether an item is divided into chunks, and into which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.notice import Notice
from media_workflows.domain.places import Place, first_outside
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.estimate import Estimator, elapsed_s
from media_workflows.media.jobs.split.chunks import Chunk
from media_workflows.media.jobs.split.encoders import AnyChunkEncoder, chunk_encoder
from media_workflows.media.jobs.split.not_split import NotSplitError
from media_workflows.media.jobs.split.suitability import SplitItem, why_not_split
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.naming import UNPUBLISHED
from media_workflows.settings import Settings


def chunk_length_s(duration_s: float, settings: Settings) -> float:
    """The length of a chunk of a source, in seconds: the setting's, unless that would give too many chunks."""
    return max(settings.split_chunk_s, duration_s / settings.split_max_chunks)


def chosen_chunks(
    encoder: AnyChunkEncoder, bucket: str, settings: Settings, expected_s: Callable[[], float | None]
) -> list[Chunk]:
    """The chunks of an item whose outputs go to `bucket`; [] = nothing asks for chunks.

    `expected_s` estimates the seconds of one encode on one worker, None = unknown; it is called for a source that is
    long enough. Raises NotSplitError for what should be divided and cannot.
    """
    item, info = encoder.item, encoder.context.info
    chunk_s = chunk_length_s(info.duration_s, settings)
    if item.split == "never" or (item.split == "auto" and not _may_gain(item, encoder.context, chunk_s, settings)):
        return []
    if isinstance(item, AdaptiveDynamicStreamingItem) and item.early_playlist:  # before a trial, which takes time
        raise NotSplitError("early_playlist")
    if item.split == "auto" and not _is_long(expected_s(), settings):
        return []
    allowed = [Place.parse(text) for text in settings.allowed_places]
    if allowed and first_outside([Place(bucket, UNPUBLISHED)], allowed):
        raise NotSplitError("place")
    return encoder.chunks(chunk_s)


def _may_gain(item: SplitItem, context: BuildContext, chunk_s: float, settings: Settings) -> bool:
    """Whether helpers may come, and there is a picture to encode that gives two chunks: known without a measurement."""
    is_long_enough = context.info.duration_s >= 2 * chunk_s
    return bool(settings.split_helpers) and is_long_enough and why_not_split(item, context.info) != "no_video"


def _is_long(expected_s: float | None, settings: Settings) -> bool:
    return expected_s is not None and expected_s >= settings.split_threshold_s


def expected_encode_s(context: BuildContext, item: SplitItem, settings: Settings, cancel: CancelToken) -> float | None:
    """The seconds that one encode takes if all cores of this machine work for it, from a trial; None = unknown."""
    timeline = SourceTimeline(context.source, context.info)
    # The measurement reads all of the source, and a key server is not asked for a trial.
    unmeasured = replace(context, loudness=lambda _: None, content_key=lambda _: None)
    estimate = Estimator(unmeasured, timeline, ffmpeg_binary(settings.ffmpeg_path), cancel).estimate(item.kind, [item])
    return None if estimate.cpu_s is None else elapsed_s(estimate.cpu_s, settings)


def foreseen(
    context: BuildContext, item: JobItem[Any], bucket: str, settings: Settings, expected_s: Callable[[], float | None]
) -> tuple[Notice, ...]:
    """What a run would say of the chunks of an item: how many there would be, or why there would be none."""
    runner = Runner(ffmpeg_binary(settings.ffmpeg_path), ffmpeg_limits(settings, 0), CancelToken())  # runs nothing
    encoder = chunk_encoder(context, item, runner)
    if encoder is None:
        return ()
    try:
        chunks = chosen_chunks(encoder, bucket, settings, expected_s)
    except NotSplitError as error:
        return (error.notice,)
    message = f"would be encoded in {len(chunks)} chunks, by several workers"
    return (Notice(code="WouldSplit", message=message, parameters={"chunks": len(chunks)}),) if chunks else ()
