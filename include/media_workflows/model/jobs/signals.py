"""`signals`: what a run sees and hears once, for all jobs that ask. Nobody writes it: it follows from these jobs."""

from __future__ import annotations

from typing import ClassVar

from media_workflows.model.base import Model
from media_workflows.model.jobs import Jobs
from media_workflows.model.jobs.base import JobItem
from media_workflows.model.signal_options import SignalOptions
from media_workflows.model.signals import SignalName

SIGNALS = "signals"


class SignalsParameters(Model):
    """Which signals, and how closely."""

    needs: tuple[SignalName, ...]
    options: SignalOptions = SignalOptions()


class SignalsItem(JobItem[SignalsParameters]):
    """Its files are the artefacts: `{signal}` is the name of the signal, or of the head."""

    kind: ClassVar[str] = SIGNALS
    default_output_path: ClassVar[str] = "{inputName}_{inputFormat}_signals/{signal}.{format}"


def signals_item(jobs: Jobs) -> SignalsItem | None:
    """What the resolved jobs need together; None = nothing."""
    recipes = [item.recipe for item in jobs.intelligence]
    if not recipes:
        return None
    needs = {signal for recipe in recipes for task in recipe.sub_tasks for signal in task.needs | task.uses}
    languages = [recipe.language for recipe in recipes if recipe.language != "auto"]
    labels = dict.fromkeys(label for recipe in recipes for label in recipe.image_labels)
    options = SignalOptions(language=next(iter(languages), "auto"), labels=tuple(labels))
    return SignalsItem(parameters=SignalsParameters(needs=tuple(sorted(needs)), options=options))
