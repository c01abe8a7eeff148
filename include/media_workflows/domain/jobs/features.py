"""`signals`: what a run sees and hears once, for all jobs that ask. Nobody writes it: it follows from these jobs."""

from __future__ import annotations

from typing import ClassVar

from media_workflows.domain.base import Model
from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import SignalName
from media_workflows.domain.jobs import Jobs
from media_workflows.domain.jobs.base import JobItem

FEATURES = "signals"


class FeaturesParameters(Model):
    """Which signals, and how closely."""

    needs: tuple[SignalName, ...]
    options: FeatureOptions = FeatureOptions()


class FeaturesItem(JobItem[FeaturesParameters]):
    """Its files are the artefacts: `{signal}` is the name of the signal, or of the head."""

    kind: ClassVar[str] = FEATURES
    encodes: ClassVar[bool] = True
    default_output_path: ClassVar[str] = "{inputName}_{inputFormat}_signals/{signal}.{format}"


def features_item(jobs: Jobs) -> FeaturesItem | None:
    """What the resolved jobs need together; None = nothing."""
    recipes = [item.recipe for item in jobs.intelligence]
    if not recipes:
        return None
    needs = {signal for recipe in recipes for task in recipe.sub_tasks for signal in task.needs | task.uses}
    languages = [recipe.language for recipe in recipes if recipe.language != "auto"]
    labels = dict.fromkeys(label for recipe in recipes for label in recipe.image_labels)
    options = FeatureOptions(language=next(iter(languages), "auto"), labels=tuple(labels))
    return FeaturesItem(parameters=FeaturesParameters(needs=tuple(sorted(needs)), options=options))
