"""What a workflow requires and an installation lacks, and whether every run would fail for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from media_workflows.domain.availability import Unavailable, of_parameters, unavailable
from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import FeatureName
from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.placed_items import placed_items
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import parse_workflow, resolved
from media_workflows.errors import EncoderUnavailableError, EngineUnavailableError
from media_workflows.templated_error import TemplatedError

TRIGGER = {"bucket": "media-input"}
PICTURES = {"content_review": [{"template": 10}]}
HARDWARE = {"container": "mp4", "video": {"codec": "h264", "encoder": "nvenc"}}


class Without:
    """An installation that lacks these features, encoders and image labels, and English-only speech recognition."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def engine_error(self, feature: FeatureName, options: FeatureOptions) -> TemplatedError | None:
        if feature == "transcript" and options.language == "zh":
            return EngineUnavailableError("speech recognition", "it supports English only", "set asr_model_path")
        return EngineUnavailableError(feature, "no model is set", "set its path") if feature in self._names else None

    def label_error(self, labels: Sequence[str]) -> TemplatedError | None:
        lacks = set(labels) <= set(self._names)
        return (
            EngineUnavailableError("this image check", "the model does not know it", "set its path") if lacks else None
        )

    def encoder_error(self, encoding: Encoding) -> TemplatedError | None:
        return EncoderUnavailableError("no {name}", name=encoding.codec) if encoding.codec in self._names else None

    def packager_error(self) -> TemplatedError | None:
        return EncoderUnavailableError("no packager") if "packager" in self._names else None

    def vmaf_error(self) -> TemplatedError | None:
        return EncoderUnavailableError("no libvmaf") if "libvmaf" in self._names else None


def found(lacks: Without, **parts: Any) -> tuple[Unavailable, ...]:
    workflow = resolved(parse_workflow({"name": "a", "trigger": TRIGGER, **parts}), PRESET_LIBRARY)
    return unavailable(placed_items(workflow), workflow.steps, lacks)


def step(id_: str, **parts: Any) -> dict[str, Any]:
    return {"id": id_, "transcode": [{"template": 100010, "output_path": f"{id_}.{{format}}"}], **parts}


def test_an_engine_is_named_once_for_all_sub_tasks_that_require_it() -> None:
    (one,) = found(Without("moderation"), jobs=PICTURES)
    assert (one.field, one.fails) == ("jobs.content_review[0]", True)
    assert one.affected == ("porn.image", "terrorism.image", "political.image")
    assert one.message == "moderation is not available: no model is set; set its path"
    assert found(Without("faces", "labels"), jobs=PICTURES) == ()


def test_an_image_model_that_does_not_know_the_labels_of_a_check() -> None:
    parameters = {"porn": {"image": {}}, "terrorism": {"image": {"labels": ["guns"]}}}
    (one,) = found(Without("guns"), jobs={"content_review": [{"parameters": parameters}]})
    assert (one.fails, one.affected) == (True, ("terrorism.image",))
    assert "does not know it" in one.message


def test_a_review_that_may_be_left_out_fails_no_run() -> None:
    (one,) = found(Without("moderation"), jobs={"content_review": [{"template": 10, "when_unavailable": "skip"}]})
    assert one.fails is False


def test_the_language_of_one_job_is_that_of_all() -> None:
    jobs = {
        "content_review": [{"parameters": {"prohibited": {"asr": {}}}}],
        "recognition": [{"parameters": {"language": "zh", "ocr_full_text": True}}],
    }
    assert [one.field for one in found(Without(), jobs=jobs)] == ["jobs.content_review[0]"]


@pytest.mark.parametrize(
    ("parameters", "lacking"),
    [
        ({"container": "mp4", "video": {"codec": "h264"}, "audio": {"codec": "aac"}}, ("h264", "aac")),
        ({"container": "mp4", "video": {"codec": "copy"}, "audio": {"codec": "copy", "channels": 0}}, ()),
    ],
)
def test_encoders_of_a_rendition(parameters: dict[str, Any], lacking: tuple[str, ...]) -> None:
    lacks = Without("h264", "aac", "copy")
    assert [one.message for one in found(lacks, jobs={"transcode": [{"parameters": parameters}]})] == [
        f"no {name}" for name in lacking
    ]


def test_hardware_that_is_not_here_may_be_at_the_workers() -> None:
    (one,) = found(Without("h264"), jobs={"transcode": [{"parameters": HARDWARE}]})
    assert one.fails is False


def test_ladders_and_pictures_are_encoded_too() -> None:
    jobs = {
        "adaptive_dynamic_streaming": [{"template": 10}],
        "image_sprite": [{"template": 10}],
        "animated_graphic": [{"template": 20001, "end_offset_s": 3}],
    }
    lacking = found(Without("h264", "jpg", "webp"), jobs=jobs)
    assert {(one.field, one.message) for one in lacking} == {
        ("jobs.adaptive_dynamic_streaming[0]", "no h264"),
        ("jobs.image_sprite[0]", "no jpg"),
        ("jobs.animated_graphic[0]", "no webp"),
    }


def test_a_target_of_quality_requires_libvmaf() -> None:
    target, crf = ({"video": {"codec": "h264", **rate}} for rate in ({"target_vmaf": 93}, {"crf": 23}))
    jobs = {
        "transcode": [
            {"parameters": {"container": "mp4", **target}},
            {"parameters": {"container": "mp4", **crf}, "output_path": "crf.{format}"},
        ],
        "adaptive_dynamic_streaming": [{"parameters": {"format": "hls", "streams": [crf, target]}}],
    }
    lacking = found(Without("libvmaf"), jobs=jobs)
    assert [(one.field, one.message, one.fails) for one in lacking] == [
        ("jobs.transcode[0]", "no libvmaf", True),
        ("jobs.adaptive_dynamic_streaming[0]", "no libvmaf", True),
    ]


def test_a_step_that_may_be_skipped_or_may_fail_fails_no_run() -> None:
    steps = [
        step("always"),
        step("sometimes", when="source.has_video"),
        step("then", after=["sometimes"]),
        step("optional", on_failure="continue"),
    ]
    fails = {one.field: one.fails for one in found(Without("h264"), steps=steps)}
    assert fails == {
        "steps[0].transcode[0]": True,
        "steps[1].transcode[0]": False,
        "steps[2].transcode[0]": False,
        "steps[3].transcode[0]": False,
    }


def test_parameters_alone_are_checked_as_those_of_a_template() -> None:
    parameters = PRESET_LIBRARY.find("content_review", 10).parameters
    assert [one.affected[0] for one in of_parameters(parameters, Without("moderation"))] == ["porn.image"]


@pytest.mark.parametrize(
    ("encryption", "messages"),
    [({"method": "cenc", "connection": "media_keys"}, ["no packager"]), (None, [])],
    ids=["encrypted", "clear"],
)
def test_encrypted_samples_require_the_packager(encryption: dict[str, Any] | None, messages: list[str]) -> None:
    ladder: dict[str, Any] = {"format": "dash", "streams": [{"video": {}}], "encryption": encryption}
    jobs = {"adaptive_dynamic_streaming": [{"parameters": ladder}]}
    assert [(one.message, one.fails) for one in found(Without("packager"), jobs=jobs)] == [
        (message, True) for message in messages
    ]
    assert found(Without(), jobs=jobs) == ()
