"""Whether an installation has what a workflow requires: engines with models, encoders, libvmaf, the packager. Pure.

One check for the form, saving, enabling and dry runs. What the installation has is asked of an `Installation`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.feature_options import FeatureOptions, Language
from media_workflows.domain.features import FeatureName
from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.jobs.encryption import Encryption
from media_workflows.domain.jobs.intelligence import IntelligenceItem, IntelligenceParameters, SubTask
from media_workflows.domain.placed_items import PlacedItem
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.steps import steps_before
from media_workflows.templated_error import TemplatedError


class Installation(Protocol):
    """What is installed where the check runs. Each method returns the error of what is missing; None = it is there."""

    def engine_error(self, feature: FeatureName, options: FeatureOptions) -> TemplatedError | None:
        """Why the feature cannot be extracted."""

    def label_error(self, labels: Sequence[str]) -> TemplatedError | None:
        """Why the image model, which is there, can find none of these labels."""

    def encoder_error(self, encoding: Encoding) -> TemplatedError | None:
        """Why ffmpeg cannot encode this."""

    def packager_error(self) -> TemplatedError | None:
        """Why samples cannot be encrypted."""

    def vmaf_error(self) -> TemplatedError | None:
        """Why the quality of a picture cannot be measured."""


class Unavailable(Model):
    """Something that an item requires and the installation does not have, and what to do about it.

    `affected` are the item's sub-tasks that require it; () = the whole item does.
    """

    field: str = Field(description="The path of the item, such as jobs.transcode[0]")
    message: str
    template: str
    parameters: dict[str, str] = Field(default_factory=dict)
    affected: tuple[str, ...] = ()
    fails: bool = Field(description="Every run would fail; false: a run can succeed without it")


def unavailable(
    placed: Sequence[PlacedItem], steps: Sequence[StepDefinition], installation: Installation
) -> tuple[Unavailable, ...]:
    """What the items of a definition require and the installation lacks. Items without parameters are left out."""
    found = []
    for place, item, _output in placed:
        if item.parameters is None:
            continue
        language = _language(place, item, placed)
        may_fail = _may_fail(place, steps) or (isinstance(item, IntelligenceItem) and item.when_unavailable == "skip")
        for one in of_parameters(item.parameters, installation, language):
            found.append(one.model_copy(update={"field": place, "fails": one.fails and not may_fail}))
    return tuple(found)


def of_parameters(
    parameters: Any, installation: Installation, language: Language | None = None
) -> Iterator[Unavailable]:
    """What these parameters require and the installation lacks; `field` is ''. `language`: that of the whole run."""
    if isinstance(parameters, IntelligenceParameters):
        options = FeatureOptions(language=language or parameters.language, labels=parameters.image_labels)
        yield from _engines(parameters.sub_tasks, options, installation)
    for encoding in dict.fromkeys(getattr(parameters, "encodings", ())):
        if error := installation.encoder_error(encoding):
            # Workers may have the hardware that the machine of this check does not have.
            yield _of_error(error, fails=encoding.encoder == "software")
    if getattr(parameters, "targets_vmaf", False) and (error := installation.vmaf_error()):
        yield _of_error(error)
    encryption: Encryption | None = getattr(parameters, "encryption", None)
    if encryption and encryption.encrypts_samples and (error := installation.packager_error()):
        yield _of_error(error)


def _engines(
    sub_tasks: Sequence[SubTask], options: FeatureOptions, installation: Installation
) -> Iterator[Unavailable]:
    """The missing engines, each once with the sub-tasks that require it."""
    errors: dict[str, TemplatedError] = {}
    affected: dict[str, list[str]] = {}
    for task in sub_tasks:
        for error in _errors(task, options, installation):
            errors[str(error)] = error
            affected.setdefault(str(error), []).append(task.type)
    for message, error in errors.items():
        yield _of_error(error, affected=tuple(dict.fromkeys(affected[message])))


def _errors(task: SubTask, options: FeatureOptions, installation: Installation) -> list[TemplatedError]:
    """Why a sub-task would fail: an engine that is missing, or an image model that knows none of its labels."""
    missing = [error for feature in sorted(task.needs) if (error := installation.engine_error(feature, options))]
    unknown = installation.label_error(task.image_labels) if task.image_labels and not missing else None
    return [*missing, unknown] if unknown else missing


def _of_error(error: TemplatedError, *, fails: bool = True, affected: tuple[str, ...] = ()) -> Unavailable:
    return Unavailable(
        field="",
        message=str(error),
        template=error.template,
        parameters=error.parameters,
        affected=affected,
        fails=fails,
    )


def _language(place: str, item: Any, placed: Sequence[PlacedItem]) -> Language | None:
    """That of the item, or of the others without steps: there, features are extracted once for all of them."""
    if not isinstance(item, IntelligenceItem) or item.resolved_parameters.language != "auto":
        return None
    if place.startswith("steps["):
        return None
    others = (one.item.parameters for one in placed if isinstance(one.item, IntelligenceItem))
    named: list[Language] = [one.language for one in others if one is not None and one.language != "auto"]
    return named[0] if named else None


def _may_fail(place: str, steps: Sequence[StepDefinition]) -> bool:
    """Whether a run can succeed although the step at this place fails: it may be skipped, or failing may be allowed."""
    step = next((one for number, one in enumerate(steps) if place.startswith(f"steps[{number}].")), None)
    if step is None:
        return place.startswith("steps[")  # of an invalid definition
    return step.on_failure == "continue" or any(one.when for one in (step, *steps_before(step, steps)))
