"""Whether the engines and encoders that a workflow requires are installed: before it is saved, enabled or tried.

The check is of the machine that answers: the api-server's, or the command line's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from media_workflows.domain.availability import Unavailable, of_parameters, unavailable
from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import FeatureName
from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.partial_steps import valid_steps
from media_workflows.domain.placed_items import placed_items, valid_items
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.templates import Library, resolved_if_valid
from media_workflows.domain.templates.references import with_ids
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import (
    DefinitionError,
    EncoderUnavailableError,
    FieldProblem,
    MediaWorkflowsError,
    NotFoundError,
    UnavailableError,
)
from media_workflows.intelligence.decisions.review_images import labels_error
from media_workflows.intelligence.engines.image_moderation import known_labels
from media_workflows.intelligence.features.available import engine_error
from media_workflows.media.encoders.installed import encoder_error, vmaf_error
from media_workflows.media.packaging.packager import packager_binary
from media_workflows.settings import Settings, get_settings
from media_workflows.store.workflows import StoredWorkflow


@dataclass(frozen=True)
class ThisInstallation:
    """What is installed on this machine, by its settings."""

    settings: Settings

    def engine_error(self, feature: FeatureName, options: FeatureOptions) -> MediaWorkflowsError | None:
        return engine_error(feature, options, self.settings)

    def label_error(self, labels: Sequence[str]) -> MediaWorkflowsError | None:
        known = known_labels(self.settings)
        return None if known is None or set(known) & set(labels) else labels_error(known)

    def encoder_error(self, encoding: Encoding) -> MediaWorkflowsError | None:
        return encoder_error(encoding, self.settings.ffmpeg_path)

    def packager_error(self) -> MediaWorkflowsError | None:
        try:
            packager_binary(self.settings.packager_path)
        except EncoderUnavailableError as error:
            return error
        return None

    def vmaf_error(self) -> MediaWorkflowsError | None:
        return vmaf_error(self.settings.ffmpeg_path)


def of_workflow(workflow: Workflow) -> tuple[Unavailable, ...]:
    """What a resolved workflow requires and this machine lacks."""
    return unavailable(placed_items(workflow), workflow.steps, _here())


def of_stored(workflow: StoredWorkflow) -> tuple[Unavailable, ...]:
    """The same of a stored workflow; () if it does not fit its templates any more: its DAG reports that."""
    try:
        return of_workflow(workflow.resolved)
    except (NotFoundError, ValueError):  # pydantic's errors are ValueErrors
        return ()


def of_data(data: Any, library: Library) -> tuple[Unavailable, ...]:
    """What the valid items of a definition require and this machine lacks."""
    try:
        refuse_unusable(data)
    except DefinitionError:
        return ()
    data = with_ids(data, library)
    return unavailable(resolved_if_valid(valid_items(data), library), valid_steps(data), _here())


def of_template(parameters: Any) -> tuple[Unavailable, ...]:
    """What an item with a template's parameters requires and this machine lacks."""
    return tuple(of_parameters(parameters, _here()))


def require_available(workflow_id: str, found: Iterable[Unavailable]) -> None:
    """Raises UnavailableError if what was found fails every run, unless setting `require_available` is false."""
    if get_settings().require_available and (fatal := [one for one in found if one.fails]):
        raise UnavailableError(workflow_id, _problems(fatal))


def _problems(found: Sequence[Unavailable]) -> list[FieldProblem]:
    return [
        FieldProblem(one.field, ", ".join(one.affected), one.message, one.template, one.parameters) for one in found
    ]


def _here() -> ThisInstallation:
    return ThisInstallation(get_settings())
